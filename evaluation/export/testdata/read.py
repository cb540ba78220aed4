"""Reads a table with the types of its datapackage.json, and prints what pandas made of it: python3 read.py FOLDER"""
import json
import sys

import pandas

folder = sys.argv[1]
resource = json.load(open(folder + "/datapackage.json"))["resources"][0]
fields = resource["schema"]["fields"]
kinds = {"string": "string", "integer": "Int64", "number": "float64"}
table = pandas.read_csv(
    folder + "/" + resource["path"],
    dtype={f["name"]: kinds[f["type"]] for f in fields if f["type"] in kinds},
    parse_dates=[f["name"] for f in fields if f["type"] == "date"],
    na_values=resource["schema"]["missingValues"], keep_default_na=False,
)
print(len(table), int(table["value"].isna().sum()), repr(float(table["value"].sum())), int(table["excluded"].sum()), table["end"].max().date())
