package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/observed"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/survival"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/referral/words"
)

// report prints what the directory holds, one person's options, the indicators,
// and the needs that nothing was found for.
func report(ctx context.Context, stdout io.Writer, s *scheme, clients []client, whom int) error {
	w := new(bytes.Buffer)
	printDirectory(w, s.library)
	fmt.Fprintf(w, "\nSCHEME\n%d people referred from %s on, %d link workers, followed until %s\n",
		len(clients), sp.DateOf(clients[0].referred), len(workers), sp.DateOf(s.until))
	shown := choose(s, clients, whom)
	printPerson(w, s, shown)
	if err := printPlan(ctx, w, s, shown); err != nil {
		return err
	}
	if err := printIndicators(ctx, w, s); err != nil {
		return err
	}
	_, err := stdout.Write(w.Bytes())
	return err
}

func printDirectory(w *bytes.Buffer, l *library) {
	fmt.Fprintf(w, "DIRECTORY  %s\n", l.title)
	fmt.Fprintf(w, "%d services, %d offers (a service at one place)\n", l.services, len(l.offers))
	if l.untagged > 0 {
		fmt.Fprintf(w, "%d offers state no topic: for %d it is guessed from words, for the other %d it stays unknown\n", l.untagged, l.guessed, l.untagged-l.guessed)
	}
	count := make(map[string]int)
	for _, i := range l.issues {
		count[i.Code+" ("+i.Severity.String()+")"]++
	}
	if len(count) > 0 {
		fmt.Fprintln(w, "faults in its data, by the codes that package directory/quality explains")
	}
	for _, code := range byCount(count) {
		fmt.Fprintf(w, "%6d  %s\n", count[code], code)
	}
}

// choose returns the client with that number. Without one it is the first who
// shows most: options to choose from, the best of them at a known distance, and
// a near miss.
func choose(s *scheme, clients []client, whom int) client {
	if whom > 0 {
		return clients[whom-1]
	}
	best, most := clients[0], 0
	for _, c := range clients {
		shown := 0
		profile := c.person.Profile(sp.DateOf(c.referred))
		for _, need := range c.needs {
			options := s.options(profile, need, c.referred)
			proposals := matching.Rank(profile, s.offers(need), options)
			if len(proposals) > 1 && proposals[0].Mode == directory.InPerson {
				shown |= 1
			}
			if len(matching.NearMisses(profile, s.offers(need), options)) > 0 {
				shown |= 2
			}
		}
		if shown > most {
			best, most = c, shown
		}
	}
	return best
}

func printPerson(w *bytes.Buffer, s *scheme, c client) {
	profile := c.person.Profile(sp.DateOf(c.referred))
	fmt.Fprintf(w, "\nONE PERSON  %s, %d, lives about %s, %s\n", profile.ID, profile.Age.Or(0).Years(), profile.Home.Point, cmp.Or(said(profile.Interests), "has not said what they like"))
	for _, need := range c.needs {
		fmt.Fprintf(w, "\nneed: %s\n", display(need))
		printOptions(w, profile, s.offers(need), s.options(profile, need, c.referred))
	}
}

// printOptions prints what fits, as matching.List words it: the order by name, the reasons,
// and on lines of their own what is still to be asked. Then what would nearly fit, and
// whether the order hangs on what a minute, a day or a pound counts.
func printOptions(w *bytes.Buffer, profile person.Profile, offers []directory.Offer, options matching.Options) {
	options.Limit = asked
	proposals := matching.Rank(profile, offers, options)
	for i := range proposals {
		if o := &proposals[i].Offer; o.Where != "" && o.Where != o.Name {
			o.Name += ", " + o.Where
		}
	}
	fmt.Fprintf(w, "  %s\n", strings.NewReplacer("\n", "\n  ", "; ", "\n       ").Replace(matching.List(proposals)))
	options.Limit = 2
	for _, m := range matching.NearMisses(profile, offers, options) {
		fmt.Fprintf(w, "  near miss: %s would fit if %s\n", m.Offer.Name, m.Change)
	}
	if len(proposals) < 2 {
		return
	}
	fmt.Fprintf(w, "  the first is %d points from what was asked and the second %d: fewer are nearer, and a minute of travel or a day of waiting is one\n",
		proposals[0].Score, proposals[1].Score)
	printShifts(w, matching.Sensitivity(profile, offers, options))
}

// printShifts prints whether the first would still be first if travel counted double, or half,
// and what else, counted so, would change that.
func printShifts(w *bytes.Buffer, shifts []matching.Shift) {
	var first string
	for _, shift := range shifts {
		if shift.Same {
			first = shift.Name
		}
		if shift.Kind == matching.TermTravel || !shift.Same {
			fmt.Fprintf(w, "  %s\n", shift)
		}
	}
	if first != "" {
		fmt.Fprintf(w, "  whatever else counted double, or half, %s would still be first\n", first)
	}
}

// printPlan prints a plan for all needs of somebody like that a year on: with what was observed
// since of waits and answers, in as few outings as it takes; and why it had no more to choose from.
func printPlan(ctx context.Context, w *bytes.Buffer, s *scheme, c client) error {
	if err := s.learn(ctx); err != nil {
		return err
	}
	profile := c.person.Profile(sp.DateOf(s.until))
	ask := s.options(profile, needs.Food, s.until)
	ask.Needs = []needs.Code{needs.Loneliness, needs.Inactivity, needs.Food}
	plan, err := matching.MakePlan(profile, s.library.offers, matching.PlanOptions{Ask: ask})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nA PLAN  for loneliness, being more active and food, a year on\n%s\n", plan)
	few := matching.WhySoFew(profile, s.library.offers, ask)
	fmt.Fprintf(w, "\nWHY SO FEW  for these needs\n%s\n", few)
	return nil
}

// printIndicators reads the log: how the scheme did, with intervals, and which
// needs were not met.
func printIndicators(ctx context.Context, w *bytes.Buffer, s *scheme) error {
	run, err := evaluation.New(evaluation.Options{AsOf: sp.DateOf(s.until)}, catalogue.All(catalogue.Standards{})...)
	if err != nil {
		return err
	}
	if err := run.Read(ctx, s.db.Log(ctx, "", ""), nil); err != nil {
		return err
	}
	counts, err := run.Count(ctx)
	if err != nil {
		return err
	}
	figures, err := counts.Figures(evaluation.Precision{}, run.Indicators()...)
	if err != nil {
		return err
	}
	headline := map[string]bool{}
	for _, i := range run.Indicators() {
		headline[i.ID] = i.Headline
	}
	fmt.Fprint(w, "\nHOW IT DID  of everybody who was referred and of every need, with 95 % intervals\n")
	for _, f := range figures {
		if headline[f.Indicator] {
			fmt.Fprintf(w, "  %s\n", f)
		}
	}
	fmt.Fprint(w, "\nON THE WAY  of those who came so far\n")
	for _, f := range figures {
		if !headline[f.Indicator] {
			if code, whose, is := strings.Cut(strings.TrimSuffix(f.Category, ")"), " ("); is && f.Indicator == catalogue.DeclinedByID {
				f.Category = words.Table(nil).Say(words.Reasons, code) + " (" + words.Of(nil, reason.Party(whose)) + ")"
			}
			fmt.Fprintf(w, "  %s\n", f)
		}
	}
	if err := printWaits(w, counts.Tally(catalogue.BeginID, "").Ends()); err != nil {
		return err
	}
	if err := printUnmet(ctx, w, s); err != nil {
		return err
	}
	if err := printPlaces(ctx, w, s); err != nil {
		return err
	}
	return printLearned(ctx, w, s)
}

// printWaits prints what became of people, and by when: who leaves is not waiting any
// longer, so beginning and leaving are told side by side.
func printWaits(w *bytes.Buffer, waits *survival.Ends) error {
	fmt.Fprint(w, "\nWAITS  from receipt, of all who were referred, with 95 % intervals (Aalen-Johansen)\n")
	for _, days := range []int{28, 56, 84} {
		fmt.Fprintf(w, "  within %d days", days)
		for _, end := range []struct{ way, word string }{{evaluation.Reached, "begun"}, {catalogue.Left, "left"}} {
			by, err := waits.Incidence(end.way).By(days, 0.95)
			if err != nil {
				return err
			}
			if !by.Defined() {
				fmt.Fprintf(w, "  %s: %s", end.word, by.Undefined)
				continue
			}
			fmt.Fprintf(w, "  %s %.1f %% (%.1f to %.1f)", end.word, 100*by.Value, 100*by.Interval.Lower, 100*by.Interval.Upper)
		}
		fmt.Fprintln(w)
	}
	return nil
}

// printUnmet prints the ledger of unmet needs: a row for each need, a column for
// each way in which it was not met.
func printUnmet(ctx context.Context, w *bytes.Buffer, s *scheme) error {
	kinds := []unmet.Kind{unmet.NothingFound, unmet.Declined, unmet.Lapsed, unmet.Stopped, unmet.Withdrawn, unmet.StillThere}
	count := make(map[needs.Code]map[unmet.Kind]int)
	reasons := make(map[string]int)
	for line, err := range unmet.Ledger(s.db.Log(ctx, "", "")) {
		if err != nil {
			return err
		}
		if count[line.Need] == nil {
			count[line.Need] = make(map[unmet.Kind]int)
		}
		count[line.Need][line.Kind]++
		if line.Reason.Code != "" {
			reasons[words.Table(nil).Reason(line.Reason)]++
		}
	}
	fmt.Fprintf(w, "\nUNMET NEEDS  each no, each silence, and what was still there at the end\n  %-26s", "")
	for _, k := range kinds {
		fmt.Fprintf(w, "%17s", words.Of(nil, k))
	}
	fmt.Fprintln(w)
	for _, need := range slices.SortedFunc(maps.Keys(count), func(a, b needs.Code) int {
		return cmp.Or(count[b][unmet.StillThere]-count[a][unmet.StillThere], strings.Compare(string(a), string(b)))
	}) {
		fmt.Fprintf(w, "  %-26s", display(need))
		for _, k := range kinds {
			fmt.Fprintf(w, "%17d", count[need][k])
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "  because\n")
	for _, why := range byCount(reasons) {
		fmt.Fprintf(w, "%6d  %s\n", reasons[why], why)
	}
	return nil
}

// printLearned prints how the services answered that said most often that they are full.
func printLearned(ctx context.Context, w *bytes.Buffer, s *scheme) error {
	if err := s.learn(ctx); err != nil {
		return err
	}
	services := s.facts.Services(s.until)
	asked, full, spared := 0, 0, 0
	for _, o := range services {
		asked, full, spared = asked+o.Asked, full+o.Full, spared+s.spare[o.Service]
	}
	fmt.Fprint(w, "\nWHAT IT LEARNED  from how services answered, with 95 % intervals (Wilson; Aalen-Johansen medians)\n")
	fmt.Fprintf(w, "  %d requests that were answered or lapsed, %d of them answered \"we are full\"\n", asked, full)
	if s.askAgain {
		fmt.Fprintln(w, "  nobody looked at that: they were asked again")
	} else {
		fmt.Fprintf(w, "  %d times a service that had said so was not asked again\n", spared)
	}
	slices.SortStableFunc(services, func(a, b observed.Service) int { return cmp.Compare(b.Full, a.Full) })
	for _, o := range services[:min(6, len(services))] {
		if o.Full == 0 {
			break
		}
		fmt.Fprintf(w, "  %s: yes to %s\n", s.library.name(o.Service), o.Accepted)
		last := "and has taken somebody on since"
		if o.FullInARow > 0 {
			last = fmt.Sprintf("the last %d in a row, until %s", o.FullInARow, sp.DateOf(o.FullLast))
		}
		fmt.Fprintf(w, "    said %d times that it is full, %s; half answered within %s, half of those accepted were there within %s\n",
			o.Full, last, days(o.Reply), days(o.Wait))
	}
	return nil
}

// days writes a median with its limits.
func days(e stat.Estimate) string {
	if !e.Defined() {
		return "no known time, since " + string(e.Undefined)
	}
	if e.Interval.OpenAbove() {
		return fmt.Sprintf("%.0f days (%.0f or more)", e.Value, e.Interval.Lower)
	}
	return fmt.Sprintf("%.0f days (%.0f to %.0f)", e.Value, e.Interval.Lower, e.Interval.Upper)
}

func display(need needs.Code) string {
	term, _ := needs.Standard().Term(need)
	return cmp.Or(term.Display, string(need))
}

// byCount returns the keys of counts, the largest first.
func byCount(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
}
