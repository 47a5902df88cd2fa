"""The network's steering group, and invented organisations whose people register."""

from network.models import Organisation, OrganisationAlias

Kind = Organisation.Kind

# In the order in which the network names them.
STEERING_GROUP = (
    ("KORUS Stavanger", Kind.SPECIALIST_HEALTH, ("Kompetansesenter rus Stavanger",)),
    ("Hå kommune", Kind.MUNICIPALITY, ()),
    ("Nav Rogaland", Kind.NAV, ("NAV i Rogaland",)),
    ("Blå Kors Steg for Steg", Kind.VOLUNTARY, ("Steg for Steg",)),
    ("Sandnes kommune", Kind.MUNICIPALITY, ("Mestringsenheten i Sandnes",)),
    ("Jæren Recovery College", Kind.OTHER, ()),
    ("Helse Stavanger", Kind.SPECIALIST_HEALTH, ("Stavanger universitetssjukehus", "SUS")),
)
INVENTED = (
    ("Fjordvik kommune", Kind.MUNICIPALITY, ("Fjordvik kommune, psykisk helse og rus",)),
    ("Lyngvåg kommune", Kind.MUNICIPALITY, ()),
    ("Storneset kommune", Kind.MUNICIPALITY, ()),
    ("Myrland kommune", Kind.MUNICIPALITY, ()),
    ("Nav Fjordvik", Kind.NAV, ()),
    ("Nav Lyngvåg", Kind.NAV, ()),
    ("Møteplassen Bua", Kind.VOLUNTARY, ("Bua",)),
    ("Nabolaget sosiale entreprise", Kind.SOCIAL_ENTERPRISE, ()),
    ("Brukersenteret Fyrlykta", Kind.USER_RUN_CENTRE, ("Fyrlykta",)),
    ("Høgskolen på Lyngheia", Kind.RESEARCH, ()),
)


def load() -> None:
    for name, kind, aliases in (*STEERING_GROUP, *INVENTED):
        organisation, _added = Organisation.objects.get_or_create(
            name=name, merged_into=None, defaults={"kind": kind}
        )
        for alias in aliases:
            if not OrganisationAlias.objects.filter(name=alias).exists():
                OrganisationAlias.objects.create(organisation=organisation, name=alias)
