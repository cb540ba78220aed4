package team

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/workforce"
)

// A What is what a line of the lead's morning is about.
type What string

// The kinds of line, in the order in which [Morning.Lines] has them.
const (
	RiskHeld    What = "risk-held"     // something is to be done about somebody's safety: no team has taken a concern over, or nobody has spoken to them since
	WorkerGone  What = "worker-gone"   // somebody has cases whose contract has ended, or who is not of the team
	OverCap     What = "over-cap"      // somebody carries more than anybody may be given
	Unanswered  What = "hand-over-due" // cases of a hand-over that nobody has answered by its day
	IntakeDue   What = "intake-due"    // somebody waits in the queue longer than the scheme promises, or nobody has looked
	WorkerAway  What = "worker-away"   // somebody has cases and is on leave
	WorkerGoing What = "worker-going"  // a contract ends, and cases are not offered to others yet
	CapReached  What = "cap-reached"   // somebody is at the soft cap: new cases wait
	CaseStuck   What = "case-stuck"    // a case breaks a rule of [worklist.Stuck]
	RecordDue   What = "record-due"    // a record of the workforce: supervision, training, a request for support
	HeavyWeeks  What = "heavy-weeks"   // somebody carried much: their supervisor asks
	LongCase    What = "long-case"     // more sessions than the cap has: is it to go on?
)

var whats = []What{RiskHeld, WorkerGone, OverCap, Unanswered, IntakeDue, WorkerAway, WorkerGoing, CapReached, CaseStuck, RecordDue, HeavyWeeks, LongCase}

// A Due is what the records of a workforce say is overdue, in plain values: a kind of
// supervision of a worker, a module of training, a request for support that nobody has
// answered, and whatever else a scheme keeps.
type Due struct {
	Code   string            `json:"code"` // such as "supervision-clinical"
	Worker referral.WorkerID `json:"worker,omitempty"`
	Record string            `json:"record,omitempty"` // its ID
	By     sp.Date           `json:"by"`               // the last day on which it was in time
}

// A Line is a line of the lead's morning. It holds IDs, codes and numbers.
type Line struct {
	What     What              `json:"what"`
	Worker   referral.WorkerID `json:"worker,omitempty"`
	Referral referral.ID       `json:"referral,omitempty"`
	Code     string            `json:"code,omitempty"`   // the step that a concern waits for, the rule of a stuck case, why somebody waits, the code of a [Due]
	Record   string            `json:"record,omitempty"` // the concern, hand-over or record that it is about
	By       sp.Date           `json:"by,omitzero"`      // by when something was, or is, to be done
	Late     int               `json:"late,omitempty"`   // days after that
	Count    int               `json:"count,omitempty"`  // of cases; nights that a risk was held; what somebody carried; sessions
	Room     caseload.Room     `json:"room,omitzero"`    // of somebody at a cap

	turn int // of lines of which package worklist has worked out the order
}

// String returns the line in codes and numbers, for a log or a test: "over-cap ann by
// 2026-11-14 late 2". The words for people are in package referral/words: words.Of says
// what stands in What, and in Code by its own type.
func (l Line) String() string {
	parts := []string{string(l.What)}
	for _, p := range []string{string(l.Worker), string(l.Referral), l.Code, l.Record} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if l.Count > 0 {
		parts = append(parts, fmt.Sprintf("(%d)", l.Count))
	}
	if !l.By.IsZero() {
		parts = append(parts, "by "+l.By.String())
	}
	if l.Late > 0 {
		parts = append(parts, fmt.Sprintf("late %d", l.Late))
	}
	if l.Room.Worker != "" {
		parts = append(parts, l.Room.String())
	}
	return strings.Join(parts, " ")
}

// Place implements [worklist.Line], so that a morning is cut into pages as other lists are.
func (l Line) Place() []string {
	return []string{
		"morning", fmt.Sprintf("%03d", slices.Index(whats, l.What)+1), fmt.Sprintf("%07d", l.turn), fmt.Sprintf("%07d", 9_999_999-l.Late),
		string(l.Worker), string(l.Referral), l.Code, l.Record,
	}
}

// A Morning is all that a lead looks at, by which [Morning.Lines] makes one list.
// [Read] reads what the store has of it; whoever has it otherwise fills it in.
type Morning struct {
	Reader    sp.Actor // the lead: burdens are shown to who supervises a worker
	On        sp.Date
	Zone      *time.Location // of nights; nil is UTC
	At        time.Time
	Team      []workforce.Worker
	Rooms     []caseload.Room           // of everybody who carries cases
	People    map[referral.WorkerID]int // how many cases each has
	Concerns  []worklist.Concern
	Stuck     []worklist.Finding
	Intake    []caseload.InLine
	HandOvers []*caseload.HandOver // of which somebody is still to answer
	Burdens   []Burden
	Sessions  []Sessions
	Due       []Due
	Notice    int // days before the end of a contract from which it is listed
	Heavy     int // of what weighs on a worker in a burden, from which it is listed; 0 lists none
}

// Sessions says how often a person was spoken to in one referral.
type Sessions struct {
	Referral referral.ID
	Worker   referral.WorkerID
	Count    int
}

// SessionsOf counts the conversations with a person.
func SessionsOf(r *referral.Referral) Sessions {
	s := Sessions{r.ID(), r.Worker(), 0}
	for e := range r.History() {
		if _, spoken := e.Event.(referral.Contacted); spoken {
			s.Count++
		}
	}
	return s
}

// Lines returns the morning as one ordered list: what waits least first, in the order of
// the constants of [What]; of one kind the longest overdue first, and concerns and the
// intake queue in their own order.
func (m Morning) Lines() []Line {
	var all []Line
	for _, part := range [][]Line{m.risks(), m.workers(), m.handOvers(), m.intake(), m.stuck(), m.due(), m.burdens(), m.sessions()} {
		all = append(all, part...)
	}
	slices.SortStableFunc(all, func(a, b Line) int { return slices.Compare(a.Place(), b.Place()) })
	return all
}

// late returns the days that have passed since a day.
func (m Morning) late(by sp.Date) int {
	if by.IsZero() {
		return 0
	}
	return max(m.On.Sub(by), 0)
}

func (m Morning) risks() (lines []Line) {
	for i, c := range m.Concerns {
		zone := m.Zone
		if zone == nil {
			zone = time.UTC
		}
		by := sp.DateOf(c.Due.By.In(zone))
		lines = append(lines, Line{
			What: RiskHeld, Worker: c.Worker, Referral: c.Referral, Code: string(c.Due.Step), Record: string(c.Concern.ID), By: by, Late: m.late(by),
			Count: c.Concern.Nights(m.At, zone, nil), turn: i,
		})
	}
	return lines
}

// workers returns the lines about the caps, contracts and leave of the team.
func (m Morning) workers() (lines []Line) {
	offered := map[referral.WorkerID]bool{}
	for _, h := range m.HandOvers {
		offered[h.From()] = true
	}
	for _, r := range m.Rooms {
		switch {
		case r.Over():
			lines = append(lines, Line{What: OverCap, Worker: r.Worker, Room: r})
		case r.Full():
			lines = append(lines, Line{What: CapReached, Worker: r.Worker, Room: r})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(m.People)) {
		if !slices.ContainsFunc(m.Team, func(w workforce.Worker) bool { return w.ID == id }) {
			lines = append(lines, Line{What: WorkerGone, Worker: id, Count: m.People[id]})
		}
	}
	for _, w := range m.Team {
		id := w.ID
		n := m.People[id]
		if n == 0 {
			continue
		}
		line := Line{Worker: id, Count: n, By: w.Ends(), Late: m.late(w.Ends())}
		switch days := w.Ends().Sub(m.On); {
		case !w.Ends().IsZero() && days <= 0:
			line.What = WorkerGone
			lines = append(lines, line)
			continue
		case !w.Ends().IsZero() && days <= m.Notice && !offered[id]:
			line.What = WorkerGoing
			lines = append(lines, line)
		}
		if why, back := away(w, m.On); why == workforce.OnLeave {
			lines = append(lines, Line{What: WorkerAway, Worker: id, Count: n, By: back})
		}
	}
	return lines
}

func (m Morning) handOvers() (lines []Line) {
	for _, h := range m.HandOvers {
		if open := len(h.Open()); open > 0 && !h.By().IsZero() && h.By() < m.On {
			lines = append(lines, Line{What: Unanswered, Worker: h.From(), Record: string(h.ID()), By: h.By(), Late: m.late(h.By()), Count: open})
		}
	}
	return lines
}

func (m Morning) intake() (lines []Line) {
	for i, l := range m.Intake {
		if l.Overdue() {
			by := l.Look
			if l.Late == sp.Yes && (by.IsZero() || l.Due < by) {
				by = l.Due
			}
			lines = append(lines, Line{What: IntakeDue, Worker: l.For, Referral: l.Referral, Code: string(l.Why), By: by, Late: m.late(by), turn: i})
		}
	}
	return lines
}

func (m Morning) stuck() (lines []Line) {
	for _, f := range m.Stuck {
		by := m.On.Add(f.Rule.Days - f.Days)
		lines = append(lines, Line{What: CaseStuck, Worker: f.Worker, Referral: f.Referral, Code: f.Rule.Code, By: by, Late: m.late(by)})
	}
	return lines
}

func (m Morning) due() (lines []Line) {
	for _, d := range m.Due {
		lines = append(lines, Line{What: RecordDue, Worker: d.Worker, Code: d.Code, Record: d.Record, By: d.By, Late: m.late(d.By)})
	}
	return lines
}

func (m Morning) burdens() (lines []Line) {
	for _, b := range m.Burdens {
		for _, w := range m.Team {
			strain, err := b.Show(w, m.Reader)
			if err == nil && string(w.Supervisor) == m.Reader.ID && m.Heavy > 0 && strain.Total() >= m.Heavy {
				lines = append(lines, Line{What: HeavyWeeks, Worker: b.Worker, Count: strain.Total()})
			}
		}
	}
	return lines
}

func (m Morning) sessions() (lines []Line) {
	most := map[referral.WorkerID]int{}
	for _, r := range m.Rooms {
		most[r.Worker] = r.Cap.Sessions
	}
	for _, s := range m.Sessions {
		if n := most[s.Worker]; n > 0 && s.Count >= n {
			lines = append(lines, Line{What: LongCase, Worker: s.Worker, Referral: s.Referral, Count: s.Count})
		}
	}
	return lines
}
