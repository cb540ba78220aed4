// Package tables computes the indicators that no log can tell alone: those of a population,
// of lists of practices or of people in need, of journeys and the use of other services, of
// the directory and of contracts.
//
// What happened is counted of the log, by package evaluation; what it is to be held against
// is a table of the caller, which carries where it is from ([Population.Source]). Tables are
// read from CSV as spreadsheets and statistics offices write it:
//
//	people, err := tables.ReadPopulation(file, "mid-2024.csv", "ONS, population estimates by LSOA, mid-2024")
//	figures, err := run.Figures(ctx) // grouped by area
//	rates, err := tables.ReferralRate(people, "", tables.Denominators(figures, catalogue.CompleteID), year)
//	fmt.Println(rates[0]) // referrals 3.70 per 1,000 person-years (3.39 to 4.04), 518 of 139,904 person-years, Byar 95 %, 50 left out
//
// A cell that was suppressed, since its number is small, is not one that nobody knows, and
// neither is 0: a [Cell] keeps the three apart, and figures say how many rows they left out
// for which reason.
//
// Results are figures of package evaluation, with their interval, so that they print and
// are released as those of a log.
package tables
