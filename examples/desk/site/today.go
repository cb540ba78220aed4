package site

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/worklist"
)

// A part is a piece of a long list.
type part struct{ from, to int }

// most is how many lines of a list stand on a page.
const most = 100

// part returns which lines of a list are on the page that is asked for, and a link to the next.
func (v *visit) part(of int) (p part, more page.Link) {
	p.from, _ = strconv.Atoi(v.r.FormValue("from")) //nolint:errcheck // what is no number is the beginning
	p.from = min(max(p.from, 0), of)
	p.to = min(p.from+most, of)
	if p.to < of {
		more = page.Link{Text: v.say("The next of %d", of), To: v.r.URL.Path + "?from=" + strconv.Itoa(p.to)}
	}
	return p, more
}

func today(v *visit) (answer, error) {
	day, err := v.desk.Morning(v.r.Context(), v.By)
	if err != nil {
		v.log(err)
		return answer{status: http.StatusServiceUnavailable, view: page.Today{
			Title:  v.say("Your list could not be read"),
			Unread: v.say("Concerns could not be read: treat them as unknown. In danger now: ring %s.", v.desk.Scheme.Crisis),
		}}, nil
	}
	t := page.Today{Now: v.steps(day, day.Safety)}
	if t.Due, err = v.handedTo(); err != nil {
		return answer{}, err
	}
	var p part
	p, t.More = v.part(len(day.Due) + len(day.Waiting) + len(day.Without) + len(day.Coming))
	t.Due = append(t.Due, cut(&p, len(day.Due), func(from, to int) []page.Step { return v.steps(day, day.Due[from:to]) })...)
	t.Due = append(t.Due, cut(&p, len(day.Waiting), func(from, to int) []page.Step { return v.waiters(day.Waiting[from:to]) })...)
	t.Without = cut(&p, len(day.Without), func(from, to int) []page.Step { return v.steps(day, day.Without[from:to]) })
	t.Coming = cut(&p, len(day.Coming), func(from, to int) []page.Step { return v.steps(day, day.Coming[from:to]) })
	t.Title = v.finding(day)
	return show(t), nil
}

// handedTo are the hand-overs of which a worker is to answer something.
func (v *visit) handedTo() (all []page.Step, err error) {
	going, err := v.desk.HandOvers(v.r.Context(), v.By)
	for _, h := range going {
		to := page.Link{Text: v.say("Say yes or no"), To: "/handovers/" + string(h.ID())}
		if slices.ContainsFunc(h.Open(), func(p caseload.Pass) bool { return string(p.To) == v.By.ID }) {
			all = append(all, page.Step{Who: page.Link{Text: v.name(string(h.From())), To: to.To}, Why: v.say("You are asked to take people over. %s.", v.parting(h.Why())), Next: to, By: v.day(h.By())})
		}
	}
	return all, err
}

// cut takes what a part of several lists has of the next of them.
func cut(p *part, of int, steps func(from, to int) []page.Step) []page.Step {
	from, to := min(max(p.from, 0), of), min(max(p.to, 0), of)
	p.from, p.to = p.from-of, p.to-of
	return steps(from, to)
}

// ours are why a risk is still held by the team. What is left to do once somebody else has taken it
// over, which is to speak to the person and to tell the referrer, is about safety too.
var ours = []worklist.Why{worklist.WhyNobodyAsked, worklist.WhyNoAnswer, worklist.WhyBounced, worklist.WhyAlert}

// finding is what a day comes to, as its title.
func (v *visit) finding(day app.Morning) string {
	held := slices.IndexFunc(day.Safety, func(t worklist.Task) bool { return slices.Contains(ours, t.Why) })
	switch {
	case held >= 0:
		return v.say("Start with %s: somebody has to hold the risk", first(day.Names[day.Safety[held].Person].Reveal()))
	case len(day.Safety) > 0:
		return v.say("Start with %s: it is about their safety", first(day.Names[day.Safety[0].Person].Reveal()))
	case len(day.Due) > 0:
		return v.say("Start with %s", first(day.Names[day.Due[0].Person].Reveal()))
	case len(day.Waiting) > 0:
		return v.say("Somebody new waits for a link worker")
	}
	return v.say("Nothing is waiting for you")
}

// steps are lines of a day.
func (v *visit) steps(day app.Morning, tasks []worklist.Task) (all []page.Step) {
	for _, t := range tasks {
		to := "/people/" + string(t.Referral)
		if t.Why == worklist.WhyAfterConcern { // the team has it; the person is to hear from somebody
			t.Next = worklist.NextSpeak
		}
		s := page.Step{
			Who: page.Link{Text: called(day.Names[t.Person].Reveal()), To: to}, Why: v.why(t.Why), By: v.day(t.By),
			Next: page.Link{Text: v.next(t.Next), To: to + toDo[t.Next]}, Safe: v.reach(day.Reach[t.Person]),
		}
		if s.Next.Text == "" {
			s.Next = page.Link{Text: v.say("Set a next step"), To: to + "/talk"}
		}
		switch {
		case t.Class == worklist.Safety:
			s.Tag = page.Tag{Kind: page.Risk, Text: v.say("Safety")}
		case t.Late:
			s.Tag = page.Tag{Kind: page.Late, Text: v.say("Late")}
		case t.Class == worklist.Class(referral.Urgent):
			s.Tag = page.Tag{Kind: page.Late, Text: v.say("Urgent")}
		}
		all = append(all, s)
	}
	return all
}

// toDo is where a next step is done.
var toDo = map[worklist.Next]string{
	worklist.NextConcern: "#concerns", worklist.NextSpeak: "/talk", worklist.NextCheckIn: "/talk", worklist.NextAsk: "/talk", worklist.NextFollowUp: "/talk",
	worklist.NextAnswer: "#help", worklist.NextStart: "#help", worklist.NextMark: "#help", worklist.NextSuggest: "#needs",
}

// reach says which number may be rung now, and what may be left.
func (v *visit) reach(all []person.Contact) string {
	if len(all) == 0 {
		return v.say("No number is known to be safe now")
	}
	var said []string
	for _, c := range all {
		left := v.say("leave no message")
		switch c.Message {
		default:
		case person.LeaveMessage:
			left = v.say("a message may be left")
		case person.LeaveName:
			left = v.say("leave a name and no more")
		}
		said = append(said, c.Value.Reveal()+", "+left)
	}
	return strings.Join(said, "; ")
}

// waiters are people whom nobody has taken on yet. Who they are is told to whoever does.
func (v *visit) waiters(all []worklist.Wait) (steps []page.Step) {
	for _, w := range all {
		to := "/waiting/" + string(w.Referral)
		s := page.Step{
			Who: page.Link{Text: v.say("Somebody new"), To: to}, Why: v.say("Waits for a link worker. %s.", v.urgency(w.Urgency)),
			Next: page.Link{Text: v.say("Take them on"), To: to}, By: v.day(w.Due),
		}
		if w.Late == sp.Yes {
			s.Tag = page.Tag{Kind: page.Late, Text: v.say("Late")}
		}
		steps = append(steps, s)
	}
	return steps
}

// waiting asks whether a worker takes somebody on.
func waiting(v *visit) (answer, error) {
	day, err := v.desk.Morning(v.r.Context(), v.By)
	if err != nil {
		return answer{}, err
	}
	i := slices.IndexFunc(day.Waiting, func(w worklist.Wait) bool { return string(w.Referral) == v.r.PathValue("id") })
	if i < 0 {
		return answer{}, sp.ErrNotFound
	}
	w := day.Waiting[i]
	return show(page.Ask{
		Title: v.say("Take somebody new on?"), Text: v.say("You are told who they are once they are yours."),
		Facts: []page.Fact{
			{Name: v.say("How soon"), Value: v.urgency(w.Urgency)},
			{Name: v.say("Spoken to by"), Value: v.day(w.Due)},
			{Name: v.say("Has waited"), Value: v.say("%d days", w.Days)},
		},
		Form:  page.Form{To: v.r.URL.Path, Button: v.say("Take them on")},
		Links: []page.Link{{Text: v.say("Not now"), To: "/today"}},
	}), nil
}

func accept(v *visit) (answer, error) {
	id := v.r.PathValue("id")
	return goTo("/people/" + id), v.desk.Accept(v.r.Context(), v.Acting, referral.ID(id))
}

// parent is the page that something on this one belongs to.
func (v *visit) parent() string {
	if strings.HasPrefix(v.r.URL.Path, "/handovers/") {
		return "/handovers/" + v.r.PathValue("id")
	}
	if id := v.r.PathValue("id"); id != "" && (v.By.Role == sp.RoleLinkWorker || v.By.Role == sp.RoleTeamLead) {
		return "/people/" + id
	}
	return cmp.Or(home(v.By.Role), "/")
}
