"""Random lives of one gathering: whatever people and organisers do, the promises hold after each step.

`scene` is what a life starts with, `life` what its steps share. `coming`, `changing` and `organising` hold the
steps that someone can take, `promises` and `told` what must hold after each of them, read from one `picture` of
all rows. A new step goes where it belongs, and a new promise is a function of what was before and what is now.
"""
