import itertools

numbers = itertools.count(1)
