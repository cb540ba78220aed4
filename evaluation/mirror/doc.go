// Package mirror shows those who refer, those who help and those who walk with people what
// became of their work: one page each, to be read in a minute.
//
// A practice that hears nothing of its referrals stops to refer, or goes on to refer people
// whom the scheme cannot help. A provider that hears nothing does not know that people wait
// twice as long for its answer as for others'. So once a month each gets a page about itself:
//
//	practices, err := mirror.Make(ctx, mirror.OfPractices, db.Log(ctx, "", ""), mirror.Options{
//		Period: sp.FinancialYear(2026), AsOf: today, Criteria: criteria, Around: areas,
//	})
//	page, err := practices.Page("bay/hill")
//	fmt.Println(page)
//
// # What stands on it
//
//   - [OfPractices]: reach, as referrals for each 1,000 people in need beside all other
//     practices, with what chance alone explains; the medical, psychological and social shares
//     of the reasons; whether referrals fit the criteria that the practice could have checked
//     before it sent them (package referral/triage), and which failed most; what became of the
//     people; what was asked beyond the remit; and the news that it is owed.
//   - [OfProviders]: what it answered and how soon, who came to its sessions, how its places
//     ended, and when its money ends.
//   - [OfWorkers]: the same taken back to a link worker: how soon people were spoken to, what
//     became of them, and which news are owed.
//
// Beside it stand the area's own facts ([Around]): deprivation, ages, what is near. They are the
// same for the practice and for the link worker, who so see one place.
//
// # Small numbers
//
// Pages go to many readers, who may lay them side by side. So all pages of a kind come from
// tables that a policy has released (package evaluation/disclosure): what is withheld in one
// page cannot be worked out from the others and their total. A count that is not shown prints as
// "*". With a [disclosure.Ledger], nor does the page of this month tell together with that of
// the last what neither tells alone.
//
// Rows of a page count referrals, placements or sessions of the period, whatever became of them
// up to the last day. What the log cannot say, such as how many people are in need, the caller
// says, or the page says that it is not known.
package mirror
