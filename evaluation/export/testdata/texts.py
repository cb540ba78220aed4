"""Reads the texts of a table as they were, by the guard that its datapackage.json states, and prints them in hex: python3 texts.py FOLDER"""
import json
import sys

import pandas

resource = json.load(open(sys.argv[1] + "/datapackage.json"))["resources"][0]
guard = resource["formulaGuard"]["prefix"]
table = pandas.read_csv(sys.argv[1] + "/" + resource["path"], dtype="string", na_values=[""], keep_default_na=False, lineterminator="\n")
for text in table["service"].fillna(""):
    print(text.removeprefix(guard).encode().hex())
