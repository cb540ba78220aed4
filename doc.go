// Package sp is the shared vocabulary of a social prescribing SDK.
//
// Social prescribing connects people whose troubles are not only medical -
// loneliness, debt, housing, caring, grief - with help in their community. A
// referrer refers a person to a link worker, who listens, assesses needs, makes
// a plan with the person, and connects them with services that community
// providers run.
//
// The work is done in the packages below this one; each is useful alone:
//
//	directory    organisations, services, places, and an index that answers "what is there near here?"
//	matching     which of those fit this person, why, and what would make a near miss fit
//	person       who is served: an erasable record, and a profile without a name
//	needs        what matters to them: needs, plans and questionnaires
//	referral     a person's way from referral to outcome, with needs and placements
//	funding      money by population and deprivation, exact to the penny
//	evaluation   indicators with their uncertainty
//	store        the storage interface between all of them and your database, and its backends
//
// This package holds only the types that all of them share: who did something and
// when ([Actor], [Stamp]), civil time ([Date], [Period], [Calendar]), [Money], codes and
// identifiers with check digits ([Code], [SCTID], [NHSNumber]), facts that may be
// unknown ([Truth], [Known]), personal data that cannot print itself
// ([Personal]), and what is wrong with an input ([InvalidError]) or with data
// that was read ([Issue]). Where something is stands in package geo.
//
//	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
//	call := sp.By(ann, monday).Happened(friday)    // noted on Monday, rang on Friday
//	grant, err := sp.ParseMoney("£1,234.50")       // exact, or an error
//	year := sp.FinancialYear(2026)                 // 2026-04-01/2027-04-01
//	fmt.Println(stepFree.And(sp.Yes))              // unknown, as nobody stated it
//	number, err := sp.ParseNHSNumber("943 476 5919")
//	fmt.Println(number)                            // [personal]
//
// # In and out of a program
//
// Dates, periods, amounts of money, identifiers, truths and [Known] values can be
// written to JSON, text, XML, a form, package encoding/gob and a column of a database,
// and what is read back is equal to what was written. [Actor], [Code] and [Calendar]
// have no text of their own: a column holds their JSON, and package encoding/xml writes
// nothing of a Calendar. [Personal] data refuses to be written to a column or by gob.
// An unknown value is NULL in a database and null in JSON. Errors say what a value must
// be, and never quote the value.
//
//	_, err := db.ExecContext(ctx, "INSERT INTO visit (day, cost, free) VALUES (?, ?, ?)", day, cost, free)
//	err := row.Scan(&day, &cost, &free)
//
// # Rules that hold everywhere
//
// Nothing reads a clock, draws a random number, writes a log or leaves a
// goroutine behind: time, identity and chance are arguments. Unknown is a value
// and is never the same as no. Amounts of money are exact. Errors are
// [ErrNotFound], [ErrExists], [ErrConflict], [ErrInvalid] or [ErrDenied] to
// branch on with [errors.Is], typed to read with [errors.As], and never contain
// personal data.
package sp
