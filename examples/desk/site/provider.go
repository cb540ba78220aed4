package site

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

var (
	nos    = []string{reason.NoCapacity, reason.NotEligible, reason.NotSuitable, reason.NoAppointment, reason.ServiceDeclined}
	causes = []session.Cause{session.Anxiety, session.NoTransport, session.Cost, session.Illness, session.Refusal, session.UnknownCause}
	wishes = []string{"born", "address"}
	stops  = []string{
		reason.PersonsChoice, reason.NoLongerNeeded, reason.Illness, reason.Moved, reason.NoTransport, reason.TooDear, reason.NotReached, reason.NotSuitable, reason.ServiceDeclined,
	}
)

// asked is the placement that a provider is asked about.
func (v *visit) asked() placement.ID { return placement.ID(v.r.PathValue("id")) }

// theirs is a path below that of the placement.
func (v *visit) theirs(below string) string { return "/provider/" + v.r.PathValue("id") + below }

func question(v *visit) (answer, error) {
	q, err := v.desk.Question(v.r.Context(), v.By, v.asked())
	if err != nil {
		return answer{}, err
	}
	a := show(v.question(q, v.replying(), v.coming()))
	a.seen = q.Version
	return a, nil
}

// question is the page of a service. Names come after the yes.
func (v *visit) question(q app.Question, reply, attend page.Form) page.Provider {
	view := page.Provider{Title: v.say("Can you offer somebody a place in %s?", q.Service), AskedBy: v.name(string(q.Worker))}
	var trouble []string
	for _, n := range q.Needs {
		trouble = append(trouble, v.need(n))
	}
	view.Facts = []page.Fact{{Name: v.say("What for"), Value: cmp.Or(strings.Join(trouble, ", "), v.say("the person has taken it back"))}}
	if !q.Name.IsZero() {
		view.Facts = append(view.Facts, page.Fact{Name: v.say("Who"), Value: called(q.Name.Reveal())})
	}
	if !q.Telephone.IsZero() {
		view.Facts = append(view.Facts, page.Fact{Name: v.say("Telephone"), Value: q.Telephone.Reveal()})
	}
	for _, field := range wishes {
		if x, told := q.More[field]; told {
			view.Facts = append(view.Facts, page.Fact{Name: v.say(label(field)), Value: x.Reveal()})
		}
	}
	for _, x := range q.Asked {
		view.Facts = append(view.Facts, page.Fact{Name: v.say("You asked for more"), Value: v.fields(x.Fields) + ": " + v.standing(x.Answered, x.Refused)})
	}
	for _, s := range q.Sessions {
		view.Facts = append(view.Facts, page.Fact{Name: v.moment(s.Plan().Start), Value: v.came(s.State())})
	}
	switch q.State {
	case placement.StateOffered:
		view.By, view.Form = v.day(v.desk.Scheme.Promises.Calendar.Date(q.ReplyBy)), reply
	case placement.StateAccepted, placement.StateStarted:
		view.Title, view.Said = v.say("You said yes"), v.say("Thank you. We have told you who it is and how to reach them.")
		view.Form, view.Attend = v.wanting(), attend
		if q.State == placement.StateStarted {
			view.Finish = v.finishing()
		}
	default:
		view.Title, view.Said = v.stage(q.State), v.say("There is nothing that you have to do.")
	}
	return view
}

// standing is how a wish to know more stands.
func (v *visit) standing(answered time.Time, refused string) string {
	switch {
	case answered.IsZero():
		return v.say("no answer yet")
	case refused != "":
		return v.say("no")
	}
	return v.say("yes")
}

func (v *visit) came(s session.State) string {
	return of(v, map[session.State]string{session.StatePlanned: "Planned", session.StateAttended: "They came", session.StateMissed: "They did not come"}, s)
}

func (v *visit) cause(c session.Cause) string {
	return of(v, map[session.Cause]string{
		session.Anxiety: "It was too hard just now", session.NoTransport: "No way to get there", session.Cost: "It costs too much", session.Illness: "They were ill",
		session.Refusal: "They did not want to", session.UnknownCause: "We do not know",
	}, c)
}

// unable is why a service says no, in its own words.
func (v *visit) unable(code string) string {
	return of(v, map[string]string{
		reason.NoCapacity: "We are full", reason.NotEligible: "We are for others: by age, area or group", reason.NotSuitable: "It would not be right for them",
		reason.NoAppointment: "We have no free time just now", reason.ServiceDeclined: "We cannot, for a reason of our own",
	}, code)
}

// stopped is what a service says of an end before the planned one, and then why.
const stopped needs.Outcome = "stopped"

func (v *visit) stopping(code string) string {
	return of(v, map[string]string{
		reason.PersonsChoice: "They did not want to go on", reason.NoLongerNeeded: "They do not need it any more", reason.Illness: "They are ill", reason.Moved: "They moved away",
		reason.NoTransport: "They cannot get here", reason.TooDear: "It costs too much for them", reason.NotReached: "We do not hear from them",
		reason.NotSuitable: "It is not right for them", reason.ServiceDeclined: "We cannot go on",
	}, code)
}

// replying is the form of an answer.
func (v *visit) replying() page.Form {
	return page.Form{To: v.theirs("/answer"), Button: v.say("Send your answer"), Fields: []page.Field{
		{Name: "answer", Label: v.say("Your answer"), Choices: []page.Choice{
			{Value: "yes", Text: v.say("Yes, they can come")}, {Value: "later", Text: v.say("Not yet, from a day on")}, {Value: "no", Text: v.say("No, we cannot")},
		}},
		{Name: "from", Label: v.say("If not yet: from which day?"), Hint: v.say("Day, month and year, such as 1 5 2027")},
		{Name: "why", Label: v.say("If no: why?"), Choices: choices(v.unable, nos...)},
	}}
}

// wanting is the form by which a service asks to know more.
func (v *visit) wanting() page.Form {
	return page.Form{To: v.theirs("/more"), Button: v.say("Ask to know more"), Quiet: true, Fields: []page.Field{
		{Name: "fields", Label: v.say("Do you need to know more?"), Hint: v.say("Their link worker answers."), Many: true, Choices: choices(func(f string) string { return v.say(label(f)) }, wishes...)},
		{Name: "why", Label: v.say("What for?"), Choices: choices(v.wanted, "safety-on-site", "insurance", "pick-up")},
	}}
}

func (v *visit) wanted(code string) string {
	return of(v, map[string]string{"safety-on-site": "To keep them safe with us", "insurance": "For our insurance", "pick-up": "To pick them up"}, code)
}

// coming is the form of who came.
func (v *visit) coming() page.Form {
	return page.Form{To: v.theirs("/came"), Button: v.say("Save"), Fields: []page.Field{
		{Name: "on", Label: v.say("On which day?"), Hint: v.say("Day, month and year")},
		{Name: "came", Label: v.say("Did they come?"), Choices: choices(v.truth, "yes", "no")},
		{Name: "minutes", Label: v.say("If yes: for how many minutes?"), Short: true, Keys: "numeric"},
		{Name: "cause", Label: v.say("If no: why?"), Choices: choices(v.cause, causes...)},
	}}
}

// answering does something for a placement, and shows its page again where there is something
// to put right, or where it has changed meanwhile.
func (v *visit) answering(form page.Form, with func(app.Question, page.Form) page.View, err error, do func() error) (answer, error) {
	if err == nil {
		err = do()
	}
	if err == nil {
		return goTo(v.theirs("")), nil
	}
	q, gone := v.desk.Question(v.r.Context(), v.By, v.asked())
	if gone != nil {
		return answer{}, gone
	}
	if errors.Is(err, store.ErrChanged) {
		a := v.notice(http.StatusConflict, v.say("It has changed meanwhile"), v.say("Look at it again. What you wrote is here, and not sent."))
		n, _ := a.view.(page.Notice)
		n.Now, n.Links = []page.Fact{{Name: v.say("How it stands"), Value: v.stage(q.State)}}, []page.Link{{Text: v.say("Look at it again"), To: v.theirs("")}}
		a.view = n
		return a, nil
	}
	return v.mend(err, form, func(f page.Form) page.View { return with(q, f) })
}

func reply(v *visit) (answer, error) {
	in, a := v.input(), app.Answer{}
	switch one(in, "answer", "Say yes, not yet or no", "yes", "later", "no") {
	case "yes":
		a.Yes = true
	case "later":
		a.From = in.day("from", "Write from which day")
	case "no":
		a.Why = reason.Because(one(in, "why", "Say why, so that we ask better next time", nos...))
	}
	with := func(q app.Question, f page.Form) page.View { return v.question(q, f, page.Form{}) }
	return v.answering(v.replying(), with, in.wrong.Err(), func() error {
		return v.desk.Answer(v.r.Context(), v.Acting, v.asked(), a)
	})
}

func askMore(v *visit) (answer, error) {
	in, w := v.input(), app.Wish{Fields: v.r.PostForm["fields"]}
	in.check(len(w.Fields) > 0, "fields", "Say what you need to know")
	w.Why = one(in, "why", "Say what for", "safety-on-site", "insurance", "pick-up")
	return v.answering(v.wanting(), func(_ app.Question, f page.Form) page.View {
		return page.Ask{Title: v.say("Ask to know more"), Form: f}
	}, in.wrong.Err(), func() error {
		return v.desk.AskMore(v.r.Context(), v.Acting, v.asked(), w)
	})
}

func came(v *visit) (answer, error) {
	in := v.input()
	at := app.Attendance{Start: in.day("on", "Write on which day").In(v.desk.Scheme.Promises.Calendar.Zone()).Add(12 * time.Hour)}
	in.check(!at.Start.After(v.desk.Now().AddDate(0, 0, 1)), "on", "Write a day that has been")
	if one(in, "came", "Say whether they came", "yes", "no") == "yes" {
		at.Minutes = in.number("minutes", "Write for how many minutes, from 1 to 600", 1, 600)
	} else {
		at.Cause = one(in, "cause", "Say why, as far as you know", causes...)
	}
	with := func(q app.Question, f page.Form) page.View { return v.question(q, page.Form{}, f) }
	return v.answering(v.coming(), with, in.wrong.Err(), func() error {
		return v.desk.Attend(v.r.Context(), v.Acting, v.asked(), at)
	})
}

// finishing is the form by which a service says that it is over.
func (v *visit) finishing() page.Form {
	return page.Form{To: v.theirs("/done"), Button: v.say("It is over"), Quiet: true, Fields: []page.Field{
		{Name: "outcome", Label: v.say("How did it go?"), Hint: v.say("Their link worker is told. Say so when they come no more."), Choices: append(choices(v.outcome, outcomes...), page.Choice{Value: string(stopped), Text: v.say("It stopped before the end"), Hint: v.say("you say why")})},
		{Name: "why", Label: v.say("If it stopped: why?"), Hint: v.say("Nobody is blamed. It helps us to find what fits."), Choices: choices(v.stopping, stops...)},
	}}
}

// done ends a placement, as its provider says.
func done(v *visit) (answer, error) {
	in := v.input()
	how := app.Done{Result: needs.Result{Outcome: one(in, "outcome", "Say how it went", append(slices.Clone(outcomes), stopped)...)}}
	if how.Result.Outcome == stopped {
		how = app.Done{Why: reason.Because(one(in, "why", "Say why it stopped", stops...))}
	}
	return v.answering(v.finishing(), func(_ app.Question, f page.Form) page.View { return page.Ask{Title: v.say("Is it over?"), Form: f} }, in.wrong.Err(), func() error {
		return v.desk.Finish(v.r.Context(), v.Acting, v.asked(), how)
	})
}

// wish is what a provider wants to know more.
func wish(v *visit) (answer, error) {
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	n, err := v.nth(len(p.Asked))
	if err != nil {
		return answer{}, err
	}
	x := p.Asked[n]
	a := show(v.ask(v.say("%s wants to know more", v.provider(p.Case, x.By)), v.say("It asks for: %s. %s.", v.fields(x.Fields), v.wanted(x.Reason)))(v.granting()))
	a.seen = p.Version
	return a, nil
}

func (v *visit) granting() page.Form {
	return page.Form{To: v.r.URL.Path, Button: v.say("Answer"), Fields: []page.Field{{Name: "answer", Label: v.say("May they know?"), Hint: v.say("Ask the person first."), Choices: choices(v.truth, "yes", "no")}}}
}

func grant(v *visit) (answer, error) {
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	n, err := v.nth(len(p.Asked))
	if err != nil {
		return answer{}, err
	}
	in := v.input()
	yes := one(in, "answer", "Say yes or no", "yes", "no") == "yes"
	if err = in.wrong.Err(); err == nil {
		err = v.desk.AnswerMore(v.r.Context(), v.Acting, v.of(), app.Reply{Request: p.Asked[n].Request, Yes: yes, Why: map[bool]string{false: "not-needed"}[yes]})
	}
	if err != nil {
		return v.mend(err, v.granting(), v.ask(v.say("May they know?"), ""))
	}
	return goTo(v.here("#who")), nil
}

// doorway asks whether somebody is given the address of their own page.
func doorway(v *visit) (answer, error) {
	f := page.Form{To: v.here("/page"), Button: v.say("Make the address")}
	return show(v.ask(v.say("Give them their own page?"), v.say("They see what was done and who was told what, and can stop it. It is open for a week. Do not send it to a telephone that others read."))(f)), nil
}

func openDoor(v *visit) (answer, error) {
	d, err := v.desk.PersonDoor(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	to, err := v.site.Link(v.desk.Tenant, d)
	if err != nil {
		return answer{}, err
	}
	return show(page.Notice{
		Title: v.say("Their own page"), Good: true, Text: v.say("Whoever has this address sees it: give it to them alone. It is not kept here."),
		Facts: []page.Fact{{Name: v.say("Address"), Value: to}, {Name: v.say("Open until"), Value: v.moment(d.Until)}},
		Links: []page.Link{{Text: v.say("Open it as they would"), To: to}, {Text: v.say("Back"), To: v.here("")}},
	}), nil
}
