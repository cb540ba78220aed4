"""The comparison of examples/allocate, as an analyst writes it with pandas: policies of a gradient
over deciles of deprivation, rounded to the penny by the largest remainder in doubles, with a row
for each policy and area and a summary of each policy.

    python3 compare.py areas.csv scenario.json tidy.csv
"""

import json
import sys

import numpy as np
import pandas as pd

areas = pd.read_csv(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    scenario = json.load(file)
people = areas["residents_2021"].to_numpy()
total = scenario["total"] * 100


def divide(weights):
    quota = total * weights / weights.sum()
    pence = np.floor(quota)
    left = int(round(total - pence.sum()))
    pence[np.argsort(pence - quota, kind="stable")[:left]] += 1
    return pence


def ranked(order):
    share = people[order] / people.sum()
    return np.cumsum(share) - share / 2, share


by_rank = np.argsort(areas["imd_rank"].to_numpy(), kind="stable")
position, share = ranked(by_rank)
core = areas["imd_rank"].to_numpy() * 5 <= len(areas)
before = divide(people)
frames, summary = [], []
for policy in scenario["policies"]:
    factors = policy.get("formula", {}).get("factors", [])
    weights = people.astype(float)
    for factor in factors:
        weights = weights * (1000 + np.floor(1000 * factor["decileGradient"] * (10 - areas[factor["column"]].to_numpy()) / 9))
    pence = divide(weights)
    target = total * weights / weights.sum()
    frames.append(pd.DataFrame({
        "policy": policy["name"], "group": areas["icb24cd"], "code": areas["lsoa21cd"], "people": people, "pounds": pence / 100,
        "target": np.round(target) / 100, "bound": "", "distance": ((pence - target) / target).round(6),
    }))
    moved = pence - before
    each = pence / 100 / people
    order = np.argsort(each, kind="stable")
    at, part = ranked(order)
    mean = total / 100 / people.sum()
    variance = (share * (position - 0.5) ** 2).sum()
    covariance = (share * (position - 0.5) * each[by_rank]).sum()
    summary.append({
        "policy": policy["name"], "gained": moved[moved > 0].sum() / 100, "gainers": (moved > 0).sum(), "losers": (moved < 0).sum(),
        "gini": 2 * (part * (at - 0.5) * each[order]).sum() / mean, "concentration": 2 * covariance / mean, "sii": covariance / variance,
        "core20": pence[core].sum() / total,
    })
pd.concat(frames).to_csv(sys.argv[3], index=False, float_format="%.6f")
print(pd.DataFrame(summary).to_string(index=False))
