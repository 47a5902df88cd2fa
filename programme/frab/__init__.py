"""The schedule format that conference systems exchange (frab, pretalx, the viewers of c3voc): XML and JSON.

`model` is a schedule as such, `writing` makes files of it, `reading` makes it of files and says what is
wrong with them, and `gathering` turns a programme into one.
"""
