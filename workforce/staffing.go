package workforce

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/survival"
)

// A Guide says from how many to how many people a full-time link worker is for in a
// year.
type Guide struct {
	From, To int
	Source   string
}

// NationalGuide returns what Health Education England's page of roles says, undated: 200 to
// 250 people a year, by their complexity and how old the scheme is.
func NationalGuide() Guide {
	return Guide{200, 250, "Health Education England, roles explorer: link worker"}
}

// Caseload returns indicator 51 on a day: open people per full-time link worker. People are
// given by the ID of their worker; those of a worker whose hours are unknown, or who is not
// employed in the team, are left out and counted by Excluded. A count below zero is refused.
func Caseload(team []Worker, people map[WorkerID]int, on sp.Date) (Figure, error) {
	wte, counted, all := 0, 0, 0
	for _, n := range people {
		if n < 0 {
			return Figure{}, sp.Invalid("workforce: caseload", "people", sp.OutOfRange, "must not be below zero")
		}
		all += n
	}
	for _, w := range team {
		if !w.Has(sp.RoleLinkWorker) || !w.Employed(on) {
			continue
		}
		if hundredths, known := w.WTE(); known {
			wte += hundredths
			counted += people[w.ID]
		}
	}
	e, err := stat.Rate(float64(counted), float64(wte)/100, 1, Level)
	if err != nil {
		return Figure{}, err
	}
	e.Of, e.Per = "full-time link workers", 0 // it is no share
	return Figure{51, "open people per full-time link worker", e, all - counted}, nil
}

// PeoplePerYear returns indicator 51 of a period: people whom the team took on, per full-time
// link worker and year, to be held against a [Guide]. Hours count while somebody is employed,
// on leave or not. Workers of unknown hours are excluded.
func PeoplePerYear(team []Worker, people int, during sp.Period) (Figure, error) {
	if _, err := DaysOf(during); err != nil {
		return Figure{}, err
	}
	if people < 0 {
		return Figure{}, sp.Invalid("workforce: people per year", "people", sp.OutOfRange, "must not be below zero")
	}
	hundredths, excluded := 0, 0
	for _, w := range team {
		n := w.daysEmployed(during)
		wte, known := w.WTE()
		switch {
		case !w.Has(sp.RoleLinkWorker) || n == 0:
		case !known:
			excluded++
		default:
			hundredths += wte * n
		}
	}
	f := PerYear(51, "people per full-time link worker and year", people, float64(hundredths)/100/Year, excluded)
	f.Estimate.Of = "full-time years"
	return f, nil
}

func (w Worker) daysEmployed(during sp.Period) int {
	there := sp.Period{Start: w.Began(), End: w.Ends()}
	both, ok := there.Intersect(during)
	if !ok {
		return 0
	}
	n, _ := both.Days()
	return n
}

// Turnover returns indicator 53: those who left in a period, per year and mean headcount.
// The mean headcount is the mean over the days of the period of how many were employed.
// Workers whose contract is unknown are excluded. A period without an end is refused.
func Turnover(team []Worker, during sp.Period) (Figure, error) {
	if _, err := DaysOf(during); err != nil {
		return Figure{}, err
	}
	left, employed, excluded := 0, 0, 0
	for _, w := range team {
		if !w.Has(sp.RoleLinkWorker) {
			continue
		}
		if w.Began().IsZero() {
			excluded++
			continue
		}
		employed += w.daysEmployed(during)
		if end := w.Ends(); !end.IsZero() && during.Contains(end) {
			left++
		}
	}
	f := PerYear(53, "link workers who leave, per year and mean headcount", left, float64(employed)/Year, excluded)
	f.Estimate.Of = "years of employment"
	return f, nil
}

// Vacancies returns indicator 53 as vacancies: posts that nobody was in on a day, of all posts
// that are paid for. More workers than posts leave none vacant. A negative number of posts is
// refused.
func Vacancies(team []Worker, posts int, on sp.Date) (Figure, error) {
	if posts < 0 {
		return Figure{}, sp.Invalid("workforce: vacancies", "posts", sp.OutOfRange, "must not be below zero")
	}
	filled, excluded := 0, 0
	for _, w := range team {
		switch {
		case !w.Has(sp.RoleLinkWorker):
		case w.Began().IsZero():
			excluded++ // and holds a post all the same, as far as anybody knows
			filled++
		case w.Employed(on):
			filled++
		}
	}
	return Share(53, "posts of link workers that are vacant", "posts", max(posts-filled, 0), posts, excluded), nil
}

// Tenure returns indicator 53 as time: the days within which half of all link workers have
// left, by Kaplan-Meier, where those who are still there on a day count as still there.
// Workers whose contract is unknown, or begins later, are excluded.
func Tenure(team []Worker, asOf sp.Date) (Figure, error) {
	var d survival.Durations
	excluded := 0
	for _, w := range team {
		if !w.Has(sp.RoleLinkWorker) {
			continue
		}
		if w.Began().IsZero() || w.Began() > asOf {
			excluded++
			continue
		}
		count, until := d.Waiting, asOf
		if end := w.Ends(); !end.IsZero() && end <= asOf {
			count, until = d.Ended, end
		}
		if err := count(until.Sub(w.Began())); err != nil {
			return Figure{}, err
		}
	}
	e, err := d.Curve().Quantile(0.5, Level)
	if err != nil {
		return Figure{}, err
	}
	return Figure{53, "days within which half of all link workers leave", e, excluded}, nil
}

// LinkWorkers returns the members of a team who are link workers and employed on a day.
func LinkWorkers(team []Worker, on sp.Date) []Worker {
	return slices.DeleteFunc(slices.Clone(team), func(w Worker) bool { return !w.Has(sp.RoleLinkWorker) || !w.Employed(on) })
}
