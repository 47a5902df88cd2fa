from recovery_network.search import excerpts


def shown(pieces: list[excerpts.Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)


def test_marks_words_however_they_are_written() -> None:
    wanted = excerpts.pattern({"ha", "undersokelse"})
    text = "Haa og HÅ, ikke håp: en Undersøkelse."
    assert shown(excerpts.marked(text, wanted)) == "[Haa] og [HÅ], ikke håp: en [Undersøkelse]."


def test_shows_the_place_where_most_words_stand() -> None:
    text = "Bolig først. " + "Fyll ord her. " * 40 + "Bolig og arbeid hører sammen. " + "Mer. " * 60
    excerpt = shown(excerpts.excerpt(text, excerpts.pattern({"bolig", "arbeid"})))
    assert "[Bolig] og [arbeid] hører sammen." in excerpt
    assert excerpt.startswith("… ")
    assert excerpt.endswith(" …")
    assert len(excerpt) < excerpts.SHOWN + 20


def test_begins_at_the_beginning_where_nothing_is_marked() -> None:
    assert shown(excerpts.excerpt("Kort  tekst.", excerpts.pattern(()))) == "Kort tekst."
    assert excerpts.excerpt("", excerpts.pattern({"bolig"})) == []


def test_letters_that_grow_when_made_small_move_nothing() -> None:
    """İ becomes two signs; the marks still stand where they should, or nowhere."""
    assert shown(excerpts.marked("İİ bolig", excerpts.pattern({"bolig"}))) == "İİ [bolig]"
