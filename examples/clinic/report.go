package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/crosswalk"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/referral/worklist"
)

// now is the last morning of the month.
var now = march(31)

// standards are this clinic's own promise: there is no national one.
var standards = worklist.Standards{
	Name: "sandholme-2026", Ageing: 14, Grace: 7,
	Days: map[referral.Urgency]int{referral.Routine: 14, referral.Soon: 7, referral.Urgent: 2},
}

// calendar has the days of this clinic, with the bank holidays of England that are near.
var calendar = sp.NewCalendar(nil, sp.NewDate(2026, time.April, 3), sp.NewDate(2026, time.April, 6))

func (c *clinic) report(w io.Writer) error {
	p := &page{w: w}
	p.head("Sandholme, the morning of 31 March 2026")
	return all(
		c.counts(p), c.refusals(p), c.concerns(p), c.waiting(p), c.day(p), c.owed(p), c.spent(p), c.unmet(p), c.changes(p), c.chosen(p), c.voices(p), c.dataset(p, "R-nadia"), c.story(p, "R-arthur"), c.message(p, "R-june"), p.err,
	)
}

func (c *clinic) counts(p *page) error {
	states, outcomes, total := make(map[referral.State]int), make(map[needs.Outcome]int), 0
	for r, err := range c.referrals.All(c.ctx, referral.Query{}) {
		if err != nil {
			return err
		}
		if states[r.State()]++; r.State() == referral.StateClosed {
			outcomes[r.Result().Outcome]++
		}
		total++
	}
	rows := [][]any{}
	for _, s := range referral.Table().States() {
		for _, o := range []needs.Outcome{needs.Met, needs.PartlyMet, needs.NotMet, needs.Signposted, needs.SelfReferred, needs.UnknownOutcome} {
			if s == referral.StateClosed && outcomes[o] > 0 {
				rows = append(rows, []any{words.Of(wording.Words, s) + ": " + words.Of(wording.Words, o), outcomes[o]})
			}
		}
		if states[s] > 0 && s != referral.StateClosed {
			rows = append(rows, []any{words.Of(wording.Words, s), states[s]})
		}
	}
	p.print("%d referrals of 31 people; one of them was here before.\n\n", total)
	p.table(nil, rows)
	return nil
}

func (c *clinic) refusals(p *page) error {
	p.head("What was tried, and refused")
	for _, refusal := range c.refused {
		p.print("- %s\n", refusal)
	}
	return nil
}

// clocks are how soon a concern must be with somebody, as this library proposes it.
var clocks = map[concern.Kind]concern.Standard{
	concern.Crisis: concern.Proposed(concern.Crisis, sp.Calendar{}), concern.Safeguarding: concern.Proposed(concern.Safeguarding, sp.Calendar{}),
}

// concerns lists what is to be done about somebody's safety, and who carried June's.
func (c *clinic) concerns(p *page) error {
	p.head("Concerns about somebody's safety")
	list, err := worklist.Concerns(c.ctx, c.referrals, clocks, now)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, x := range list {
		rows = append(rows, []any{x.Referral, words.Of(wording.Words, x.Concern.Kind), words.Of(wording.Words, x.Due.Step), "by " + x.Due.By.Format(time.DateTime)})
	}
	if len(rows) == 0 {
		p.print("No concern is open.\n")
	} else {
		p.table(nil, rows)
	}
	june, err := c.referrals.Load(c.ctx, "R-june")
	if err != nil {
		return err
	}
	for _, x := range june.Concerns() {
		took, _ := x.Took()
		p.print("\n%s, raised on %s: a team said yes after %d minutes and %s; nights with somebody who is no clinician: %d.\n",
			x.ID, x.Raised.Format(time.DateOnly), int(took.Minutes()), answers(x.Bounces()), x.Nights(now, nil, nil))
		p.print("Carried by:\n")
		rows = nil
		for _, h := range x.Holders {
			rows = append(rows, []any{"  " + h.Who, "from " + h.From.Format("15:04")})
		}
		p.table(nil, rows)
	}
	return nil
}

func answers(refusals int) string {
	if refusals == 1 {
		return "1 refusal"
	}
	return fmt.Sprintf("%d refusals", refusals)
}

func (c *clinic) waiting(p *page) error {
	p.head("Waiting to be spoken to")
	list, err := worklist.Waiting(c.ctx, c.referrals, referral.Query{}, standards, calendar, now)
	var rows [][]any
	for _, x := range list {
		left := "in " + days(x.Left)
		if x.Late == sp.Yes {
			left = days(-x.Left) + " late"
		}
		if x.Escalate {
			left += ", tell the lead"
		}
		rows = append(rows, []any{x.Referral, words.Of(wording.Words, x.Urgency), x.Class, x.Days, x.Attempts, left})
	}
	p.table([]any{"referral", "urgency", "counts as", "days waited", "calls tried", "the promised contact is due"}, rows)
	return err
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// policy is what this clinic promises, by which the days of its link worker are worked out.
var policy = worklist.Policy{
	Waiting: standards, Concerns: clocks,
	CheckIn: map[referral.Urgency]int{referral.Routine: 14, referral.Soon: 7, referral.Urgent: 2},
	Look:    14, Tell: 21, Calendar: calendar,
}

// day is what is due on Ann's caseload, and whether anybody is without a next step.
func (c *clinic) day(p *page) error {
	p.head("Ann's day")
	day, err := worklist.Today(c.ctx, c.referrals, ann, policy, now)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, x := range slices.Concat(day.Safety, day.Due) {
		when := "today"
		switch {
		case x.Late:
			when = x.By.String() + ", late"
		case x.By > day.On:
			when = x.By.String()
		}
		rows = append(rows, []any{x.Referral, words.Of(wording.Words, x.Class), words.Of(wording.Words, x.Why), words.Of(wording.Words, x.Next), when})
	}
	p.table([]any{"referral", "class", "why now", "next", "by"}, rows)
	p.print("\nComing\n")
	rows = nil
	for _, x := range day.Coming {
		rows = append(rows, []any{x.Referral, words.Of(wording.Words, x.Class), words.Of(wording.Words, x.Why), words.Of(wording.Words, x.Next), "by " + x.By.String()})
	}
	p.table(nil, rows)
	if len(day.Without) == 0 {
		p.print("\nNobody is without a next step.\n")
	}
	for _, x := range day.Without {
		p.print("\nNobody has set a next step for %s: %s, since %s.\n", x.Referral, words.Of(wording.Words, x.Why), x.Since)
	}
	return nil
}

func (c *clinic) owed(p *page) error {
	p.head("Whom we owe an answer")
	var rows [][]any
	for x, err := range worklist.FeedbackOwed(c.ctx, c.referrals, c.placements, calendar, now) {
		if err != nil {
			return err
		}
		rows = append(rows, []any{words.Of(wording.Words, x.To), x.Recipient, x.Referral, due(x)})
	}
	p.table([]any{"to", "who", "about", "days owed"}, rows)
	return nil
}

// due says since how many days news is owed. That of a concern may not wait for its turn.
func due(x worklist.Owed) string {
	if x.Alarm {
		return fmt.Sprintf("%d, of a concern: today", x.Days)
	}
	return strconv.Itoa(x.Days)
}

func (c *clinic) unmet(p *page) error {
	p.head("What could not be found")
	type cell struct {
		need   needs.Code
		kind   unmet.Kind
		reason string
	}
	cells := make(map[cell]int)
	for line, err := range unmet.Ledger(c.db.Log(c.ctx, "", "")) {
		if err != nil {
			return err
		}
		cells[cell{line.Need, line.Kind, wording.Words.Reason(line.Reason)}]++
	}
	var rows [][]any
	for x, n := range cells {
		rows = append(rows, []any{words.Of(wording.Words, x.need), words.Of(wording.Words, x.kind), x.reason, n})
	}
	slices.SortFunc(rows, func(a, b []any) int {
		return cmp.Or(cmp.Compare(b[3].(int), a[3].(int)), strings.Compare(fmt.Sprint(a...), fmt.Sprint(b...)))
	})
	p.table([]any{"need", "how", "because", "times"}, rows)
	return nil
}

func (c *clinic) story(p *page, id referral.ID) error {
	p.head("Arthur's story, for Arthur")
	k, err := c.referrals.Case(c.ctx, id)
	if err != nil {
		return err
	}
	var rows [][]any
	lines := letter.Story(k, wording, sp.Actor{ID: string(k.Referral.Person()), Role: sp.RolePerson}, c.may(consent.DirectCare, 31)).Lines
	for _, line := range lines {
		rows = append(rows, []any{line.Day, line.Text})
	}
	p.table(nil, rows)
	return nil
}

func (c *clinic) message(p *page, id referral.ID) error {
	p.head("The message to June's GP")
	k, err := c.referrals.Case(c.ctx, id)
	if err != nil {
		return err
	}
	m := letter.MessageBack(k, wording, c.may(consent.Feedback, 31), now)
	p.print("To %s\n%s\n", m.To, m)
	for _, code := range m.Codes {
		p.print("SNOMED CT %s, %s\n", code.Code, code.Display)
	}
	for _, pl := range k.Placements {
		for _, d := range []crosswalk.Dialect{crosswalk.FHIRTask(), crosswalk.BSeR(), crosswalk.Findhelp()} {
			word, _ := d.Say(crosswalk.Of(pl))
			p.print("%s in the words of %s: %s\n", placement.Kind+" "+string(pl.ID()), d.Name, word)
		}
	}
	return nil
}

// A page writes the report and keeps the first error.
type page struct {
	w   io.Writer
	err error
}

func (p *page) print(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *page) head(title string) { p.print("\n%s\n%s\n", title, strings.Repeat("-", len(title))) }

func (p *page) table(header []any, rows [][]any) {
	if len(rows) == 0 {
		p.print("nothing\n")
		return
	}
	t := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
	line := func(cells []any) {
		texts := make([]string, len(cells))
		for i, x := range cells {
			texts[i] = fmt.Sprint(x)
		}
		if _, err := fmt.Fprintln(t, strings.Join(texts, "\t")); p.err == nil {
			p.err = err
		}
	}
	if header != nil {
		line(header)
	}
	for _, row := range rows {
		line(row)
	}
	if err := t.Flush(); p.err == nil {
		p.err = err
	}
}
