package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/team"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/agreement"
	"github.com/socialprescribing/sp/workforce/fidelity"
	"github.com/socialprescribing/sp/workforce/forum"
	"github.com/socialprescribing/sp/workforce/measure"
	"github.com/socialprescribing/sp/workforce/minutes"
	"github.com/socialprescribing/sp/workforce/record"
	"github.com/socialprescribing/sp/workforce/site"
	"github.com/socialprescribing/sp/workforce/supervision"
	"github.com/socialprescribing/sp/workforce/training"
)

// office is the calendar of the scheme.
var office = sp.Calendar{}

// morning prints the one list that Lena looks at.
func (s *scheme) morning() error {
	concerns := map[concern.Kind]concern.Standard{}
	for _, k := range []concern.Kind{concern.Crisis, concern.Safeguarding} {
		concerns[k] = concern.Proposed(k, sp.Calendar{})
	}
	m, err := team.Read(s.ctx, s.db, team.Scheme{
		Limits: s.limits, Concerns: concerns, Calendar: office, Notice: 84, Heavy: 1,
		Waiting: worklist.Standards{Name: "bay-1", Days: map[referral.Urgency]int{referral.Routine: 14}},
		Stuck:   []worklist.Rule{{Code: "not-spoken-to", States: []referral.State{referral.StateAccepted}, Since: worklist.SinceReceived, Days: 21}},
	}, sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, at(0, 9))
	if err != nil {
		return err
	}
	var said map[string]string
	if m.Due, said, err = s.due(); err != nil {
		return err
	}
	s.title("Lena's morning, Monday 2 November")
	for _, l := range m.Lines() {
		s.told(l, said)
	}
	return nil
}

// due is what the records of the workforce say is overdue, as lines of a morning, and what a
// lead reads for each, by its code and record.
func (s *scheme) due() (all []team.Due, said map[string]string, err error) {
	records, err := measure.Read(s.ctx, s.db, sp.Period{Start: today.Add(-400), End: today.Add(1)})
	if err != nil {
		return nil, nil, err
	}
	said = map[string]string{}
	add := func(code, text string, worker workforce.WorkerID, id string, by sp.Date) {
		said[code+" "+id] = text
		all = append(all, team.Due{Code: code, Worker: worker, Record: id, By: by})
	}
	standings, err := supervision.Standings(s.team, records.Sessions, nil, supervision.Proposed(), today)
	if err != nil {
		return nil, nil, err
	}
	for _, x := range supervision.Overdue(standings) {
		add("supervision-"+string(x.Kind), words.Of(nil, x.Kind), x.Worker, "", x.Due)
	}
	gaps, err := training.Gaps(training.Learners(s.team, today), records.Completions, required(), today, 0)
	if err != nil {
		return nil, nil, err
	}
	for _, g := range gaps {
		add("training-"+string(g.Module), "training in "+words.Of(nil, g.Module), workforce.WorkerID(g.Learner), "", g.Due)
	}
	for _, g := range site.Gaps(records.Sites, site.Essential()) {
		add("site-"+string(g.Item), words.Of(nil, g.Item)+": "+words.Of(nil, g.State), "", g.Site, 0)
	}
	for _, w := range site.Open(records.Requests, site.ProposedAnswer(), office, today) {
		if w.Late {
			add("support-"+string(w.Matter), "asked for help with "+words.Of(nil, w.Matter), w.Worker, w.ID, office.AddWorkdays(w.Since, site.ProposedAnswer().Within))
		}
	}
	for _, m := range forum.Uninvited(records.Meetings) {
		add("forum-without-us", "a forum to which no link worker was invited", "", m.ID, m.On)
	}
	missing, err := minutes.Missing(s.team, records.Days, lastWeek, office)
	if err != nil {
		return nil, nil, err
	}
	for _, g := range missing {
		add("diary", "no diary of that day", g.Worker, "", g.On)
	}
	for r, err := range fidelity.Adaptations(s.db).Due(s.ctx, today, record.Query{}) {
		if err != nil {
			return nil, nil, err
		}
		a := r.Document()
		change := words.Of(nil, a.Part) + " " + words.Of(nil, a.Change) + ", because " + words.Of(nil, a.Why)
		add("adaptation", "is this still right? "+change, "", a.ID, a.Again)
	}
	for r, err := range team.Thanked(s.db).Due(s.ctx, today, record.Query{}) {
		if err != nil {
			return nil, nil, err
		}
		t := r.Document()
		add("thanks-not-told", "somebody thanked them, and they have not been told", t.Worker, t.ID, t.On.Add(team.TellWithin))
	}
	return all, said, nil
}

// page prints what Ann sees of herself.
func (s *scheme) page() error {
	month := sp.Period{Start: today.Add(-28), End: today.Add(1)}
	records, err := measure.Read(s.ctx, s.db, sp.Period{Start: today.Add(-400), End: today.Add(1)})
	if err != nil {
		return err
	}
	ann := s.of("ann")
	s.title("Ann's own page")
	s.say("  Your contract ends on %s, %s.", ann.Ends().Add(-1), away(ann.Ends().Add(-1)))
	standings, err := supervision.Standings(s.team, records.Sessions, []supervision.Flag{{Worker: "ann", On: today.Add(-4)}}, supervision.Proposed(), today)
	if err != nil {
		return err
	}
	for _, x := range standings {
		if x.Worker == "ann" {
			s.say("  %-26slast %s, next by %s", words.Of(nil, x.Kind), x.Last, x.Due)
		}
	}
	for _, r := range records.Sites {
		for _, g := range site.Gaps([]site.Readiness{r}, site.Essential()) {
			if slices.Contains(r.Workers, "ann") {
				s.say("  At %s: %s: %s", g.Site, words.Of(nil, g.Item), words.Of(nil, g.State))
			}
		}
	}
	for _, w := range site.Open(records.Requests, site.ProposedAnswer(), office, today) {
		if !w.Answered {
			s.say("  You asked for help with %s %s ago, and nobody has answered yet.", words.Of(nil, w.Matter), count(w.Days, "day"))
		}
	}
	hers := slices.DeleteFunc(slices.Clone(records.Days), func(d minutes.Day) bool { return d.Worker != "ann" })
	all, paper := 0, 0
	for _, t := range minutes.ByKind(hers, lastWeek) {
		all += t.Minutes
		if t.Kind.Admin() {
			paper += t.Minutes
		}
	}
	s.say("  Last week %d of %d minutes went to paperwork.", paper, all)
	b, err := team.BurdenOf(s.ctx, s.db, "ann", month, office)
	if err != nil {
		return err
	}
	carried, err := b.Show(ann, sp.Actor{ID: "ann", Role: sp.RoleLinkWorker})
	if err != nil {
		return err
	}
	s.say("  In four weeks you carried: crises %d, deaths %d, refusals %d. Only you and Lena see this.", carried.Crises, carried.Deaths, carried.Refusals)
	return s.takenBack(month)
}

// takenBack prints what became of the people whom Ann helped, and who thanked her.
func (s *scheme) takenBack(month sp.Period) error {
	back, err := team.TakenBack(s.ctx, s.db, "ann", month, office)
	if err != nil {
		return err
	}
	s.say("")
	s.say("  What became of people whom you helped:")
	for _, f := range back.Fates {
		said := words.Of(nil, f.Outcome)
		var left []string
		for _, need := range f.Unmet {
			left = append(left, words.Of(nil, need))
		}
		if len(left) > 0 {
			said += ", still there: " + strings.Join(left, " and ")
		}
		s.say("    %s on %s: %s", f.Referral, f.On, said)
	}
	for _, t := range back.Thanks {
		s.say("  On %s %s thanked you for %s.", t.On, words.Of(nil, t.From), words.Of(nil, t.For))
		r, err := team.Thanked(s.db).Load(s.ctx, t.ID)
		if err != nil {
			return err
		}
		t.Told = today
		if err := s.save(r, r.Amend(t, lead(at(0, 16)))); err != nil {
			return err
		}
	}
	return nil
}

// agreed reports against what the partners agreed is good.
func (s *scheme) agreed() error {
	quarter := sp.NewDate(2026, 7, 1).Months(4)
	r, err := agreement.Make(agreement.Agreement{
		ID: "OA-1", Area: "bay", Partners: []string{"bay/council", "bay/alliance"}, Measure: "contacted-in-time", Good: agreement.AtLeast, Target: 0.9,
		From: quarter.Start, By: sp.NewDate(2027, 7, 1), Every: 4, Reporter: "bay/alliance", IfMissed: agreement.Discuss, Small: 5,
		Aims: map[string]sp.Personal[string]{"bay/council": sp.Hide("Nobody is left waiting by the telephone."), "bay/alliance": sp.Hide("People meet somebody while they still hope.")},
	}, lead(at(120, 9)))
	if err := s.save(r, err); err != nil {
		return err
	}
	estimate, err := s.contactedInTime(quarter)
	if err != nil {
		return err
	}
	a, report := r.Document().Report(estimate, quarter, today)
	if err := s.save(r, r.Amend(a, lead(at(0, 16)))); err != nil {
		return err
	}
	s.title("What was agreed with the council, and where it stands")
	for _, p := range slices.Sorted(maps.Keys(a.Aims)) {
		s.say("  %-13s %q", p, a.Aims[p].Reveal())
	}
	s.say("  %s: %s %v by %s", own[a.Measure], words.Of(nil, a.Good), a.Target, a.By)
	s.say("  %s%s", words.Of(nil, report.Outcome), strings.TrimPrefix(report.String(), string(report.Outcome)))
	s.say("  if it is missed, %s; the next report is due on %s", words.Of(nil, a.IfMissed), a.Due())
	all := []agreement.Glossary{
		{Partner: "bay/council", Terms: sp.Hide([]agreement.Term{{Word: "closed", Means: "seen once", Code: "contacted"}, {Word: "open case", Code: "waiting"}})},
		{Partner: "bay/alliance", Terms: sp.Hide([]agreement.Term{{Word: "closed", Means: "we are done", Code: "ended"}, {Word: "seen", Code: "contacted"}})},
	}
	for _, uses := range agreement.FalseFriends(all) {
		for _, u := range uses {
			s.say("  %q means %s to %s", u.Word, u.Code, u.Partner)
		}
	}
	s.say("  what the council calls \"closed\" the alliance calls %q", strings.Join(agreement.Translate(all, "bay/council", "closed", "bay/alliance"), ", "))
	return nil
}

// contactedInTime is the share of those who were referred in a period, and whom somebody has
// spoken to within ten days, of all for whom ten days have passed.
func (s *scheme) contactedInTime(during sp.Period) (stat.Estimate, error) {
	yes, of := 0, 0
	for r, err := range referral.NewRepository(s.db, nil).All(s.ctx, referral.Query{}) {
		if err != nil {
			return stat.Estimate{}, err
		}
		received := sp.Date(0)
		spoken := sp.Date(0)
		for e := range r.History() {
			switch e.Event.(type) {
			case referral.Received:
				received = office.Date(e.Stamp.At)
			case referral.Contacted:
				spoken = cmp.Or(spoken, office.Date(e.Stamp.At))
			}
		}
		if !during.Contains(received) || received.Add(10) >= today {
			continue
		}
		of++
		if !spoken.IsZero() && spoken <= received.Add(10) {
			yes++
		}
	}
	e, err := stat.Proportion(float64(yes), float64(of), 0.95)
	e.Of = "referrals"
	return e, err
}

// counted prints all figures of the team of October.
func (s *scheme) counted() error {
	during := sp.NewDate(2026, 10, 1).Months(1)
	records, err := measure.Read(s.ctx, s.db, during)
	if err != nil {
		return err
	}
	by := measure.Scheme{Posts: 5, Partners: partners, Required: required(), Calendar: office, Open: map[workforce.WorkerID]int{}}
	for r, err := range referral.NewRepository(s.db, nil).All(s.ctx, referral.Query{}) {
		if err != nil {
			return err
		}
		if r.State().Open() && r.Worker() != "" {
			by.Open[r.Worker()]++
		}
		if during.Contains(office.Date(r.View().Received)) {
			by.Referrals++
			by.Taken++
		}
	}
	figures, err := records.Figures(by, during)
	if err != nil {
		return err
	}
	s.title("What of this is counted, of October")
	for _, f := range figures {
		s.say("  %d %s: %v", f.Number, f.Name, f.Estimate)
	}
	return nil
}
