// Package extract makes a pseudonymous table of referrals, a row for each, for those who may
// study single people and not only counts of them: a research environment under an agreement.
//
// Its columns are in the four groups of the national minimum dataset: who, need, offered and
// outcome. It is a table of this library's own and claims no conformance with an information
// standard, whose full text was not at hand.
//
//	made, err := extract.Make(ctx, db.Log(ctx, "bay", ""), extract.Options{
//		Audience: "the research environment of Bay", Why: "agreement DSA-12", Project: "bay-2026",
//		Keys: ring, OptOut: optout.Options[person.ID]{Footing: optout.Section251, On: today, Number: numbers, Lookup: answers},
//		Profiles: profiles,
//	})
//	err = made.Table().WriteCSV(file)
//	fmt.Println(made.Report())
//
// What keeps people safe stands in this order:
//
//   - Whoever has opted out is left out, by package optout.
//   - A person is a pseudonym: a keyed hash (HMAC-SHA-256) by [subject.Keyring], the same in every extract of a
//     project under one key, and another in another project. No other ID is in the table, neither of a
//     referral nor of a worker, a practice or a provider, and no name and no day: receipt is a quarter of a
//     year, and everything else so many days behind it.
//   - Every text is a code of a list. What is none is written as "other" and counted, since
//     whatever somebody typed into a field of codes may be a name. A need that is told only
//     where a permission names it is written as "sensitive".
//   - People who are too few alike by what others may know of them (k-anonymity) lose, step by step, their
//     area, their ethnic category, the quarter, their gender and their age band; whoever is
//     still too few is left out.
//
// It is still personal data. So the table is an [export.Within], which is for one audience and
// which nothing that publishes takes, and [Report] is for the controller alone, since its
// numbers are not rounded. How many referrals somebody has and how long they waited is not
// among what others are taken to know; [Report.Diversity] says whether people who look alike
// also have the same needs.
package extract
