package site

import (
	"net/url"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/triage"
	"github.com/socialprescribing/sp/store"
)

// asked are the needs that practices refer for most: the others are found in the first
// conversation.
var asked = []needs.Code{
	needs.Loneliness, "isolation", needs.Grief, needs.LowMood, needs.Anxiety, needs.Debt, "income", needs.Housing,
	needs.Food, needs.Caring, needs.Inactivity, "long-term-condition", needs.Employment, needs.DomesticHelp,
}

var (
	urgencies = []referral.Urgency{referral.Routine, referral.Soon, referral.Urgent}
	leaves    = []person.Leave{person.LeaveNothing, person.LeaveName, person.LeaveMessage}
)

// truths are the answers to a question. "Not asked" is one.
var truths = []string{"yes", "no", "unknown"}

func truth(s string) sp.Truth { return map[string]sp.Truth{"yes": sp.Yes, "no": sp.No}[s] }

// referring is the form of a practice.
func (v *visit) referring() page.Form {
	return page.Form{To: "/refer/check", Button: v.say("Check whether it fits"), Fields: []page.Field{
		{Name: "number", Label: v.say("NHS number"), Hint: v.say("10 digits")},
		{Name: "given", Label: v.say("First name")},
		{Name: "family", Label: v.say("Last name")},
		{Name: "born", Label: v.say("Born on"), Hint: v.say("Day, month and year, such as 1 5 1950")},
		{Name: "reasons", Label: v.say("What seems to be the trouble?"), Many: true, Choices: choices(v.need, asked...)},
		{Name: "urgency", Label: v.say("How soon should somebody speak to them?"), Choices: v.urgencies()},
		{Name: "telephone", Label: v.say("Telephone")},
		{Name: "safe", Label: v.say("Is it safe to ring this number?"), Hint: v.say("A call can put somebody in danger. Not asked is no yes."), Choices: choices(v.truth, truths...)},
		{Name: "message", Label: v.say("What may be left with whoever answers?"), Choices: choices(v.leave, leaves...)},
		{Name: "agreed", Label: v.say("Has the person agreed to be referred?"), Choices: choices(v.truth, "yes", "no")},
	}}
}

// urgencies says with each urgency by when somebody speaks to the person.
func (v *visit) urgencies() []page.Choice {
	all := choices(v.urgency, urgencies...)
	for i, u := range urgencies {
		all[i].Hint = v.say("by %s", v.day(v.desk.Promised(u, v.desk.Now())))
	}
	return all
}

func (v *visit) blank(f page.Form) page.View { return page.Refer{Form: f} }

func refer(v *visit) (answer, error) {
	return show(v.blank(v.referring())), nil
}

// referred reads the form of a practice.
func (v *visit) referred() (app.Form, error) {
	in := v.input()
	number, err := sp.ParseNHSNumber(in.text("number"))
	in.check(err == nil, "number", "This is not an NHS number: check each digit")
	f := app.Form{
		Number:    number,
		Name:      sp.Hide(person.Name{Given: in.text("given"), Family: in.needed("family", "Write the last name")}),
		Born:      sp.Hide(in.day("born", "Write the day on which they were born, such as 1 5 1950")),
		Telephone: sp.Hide(in.text("telephone")),
		Urgency:   one(in, "urgency", "Say how soon somebody should speak to them", urgencies...),
		Agreed:    truth(one(in, "agreed", "Say whether the person has agreed", "yes", "no")),
	}
	in.check(f.Agreed != sp.No, "agreed", "Nobody is referred who has not agreed to it: ask them first")
	for _, code := range v.r.PostForm["reasons"] {
		in.check(slices.Contains(asked, needs.Code(code)), "reasons", "Choose from what is listed")
		if !slices.Contains(f.Reasons, needs.Code(code)) {
			f.Reasons = append(f.Reasons, needs.Code(code))
		}
	}
	in.check(len(f.Reasons) > 0, "reasons", "Say what seems to be the trouble")
	in.check(len(f.Telephone.Reveal()) <= 30, "telephone", "Write one number, and no more")
	if f.Telephone.Reveal() != "" {
		f.Safe = map[person.Channel]sp.Truth{person.Phone: truth(one(in, "safe", "Say whether it is safe to ring this number", truths...))}
		f.Message = one(in, "message", "Say what may be left with whoever answers", leaves...)
	}
	return f, in.wrong.Err()
}

// check shows whether a referral fits, before anything is sent.
func check(v *visit) (answer, error) {
	f, err := v.referred()
	if err != nil {
		return v.mend(err, v.referring(), v.blank)
	}
	verdict, err := v.desk.Check(v.r.Context(), v.By, f)
	if err != nil {
		return v.mend(err, v.referring(), v.blank)
	}
	return show(v.verdict(f, verdict)), nil
}

func (v *visit) verdict(f app.Form, verdict triage.Verdict) page.Check {
	c := page.Check{Title: v.say("This fits"), By: v.day(v.desk.Promised(f.Urgency, v.desk.Now())), Form: v.again(v.say("Send the referral"))}
	c.Form.To = "/refer"
	for _, x := range v.desk.Scheme.Criteria.List {
		tag := page.Tag{Kind: page.Good, Text: v.say("Yes")}
		switch {
		case slices.Contains(verdict.Triaged.Failed, x.Code):
			tag = page.Tag{Text: v.say("No")}
		case slices.Contains(verdict.Triaged.Unknown, x.Code):
			tag = page.Tag{Kind: page.Late, Text: v.say("Not known")}
		}
		c.Answers = append(c.Answers, page.Answer{Tag: tag, Text: x.Says})
	}
	switch {
	case verdict.Fits == sp.No:
		c.Title, c.By, c.Form = v.say("This is not for us"), "", page.Form{}
	case len(verdict.Triaged.Unknown) > 0:
		c.Title = v.say("This fits, with something to ask")
	}
	var trouble []string
	for _, code := range f.Reasons {
		trouble = append(trouble, v.need(code))
	}
	c.Sent = []page.Fact{
		{Name: v.say("Who"), Value: called(f.Name.Reveal())},
		{Name: v.say("NHS number"), Value: v.r.PostFormValue("number")},
		{Name: v.say("Born on"), Value: v.date(f.Born.Reveal())},
		{Name: v.say("Trouble"), Value: strings.Join(trouble, ", ")},
		{Name: v.say("How soon"), Value: v.urgency(f.Urgency)},
	}
	if f.Telephone.Reveal() != "" {
		c.Sent = append(c.Sent, page.Fact{Name: v.say("Telephone"), Value: f.Telephone.Reveal()})
	}
	return c
}

func send(v *visit) (answer, error) {
	f, err := v.referred()
	if err != nil {
		return v.mend(err, v.referring(), v.blank)
	}
	got, err := v.desk.Refer(v.r.Context(), v.Acting, f)
	if err != nil {
		return v.mend(err, v.referring(), v.blank)
	}
	return goTo("/refer/sent/" + string(got.Referral)), nil
}

// sent lists the referrals of a practice. They have no names: a reference is enough to ask by.
func sent(v *visit) (answer, error) {
	var after store.Cursor
	if text := v.r.FormValue("after"); text != "" && after.UnmarshalText([]byte(text)) != nil {
		return answer{}, sp.ErrNotFound
	}
	all, next, err := v.desk.Sent(v.r.Context(), v.By, most, after)
	if err != nil {
		return answer{}, err
	}
	view := page.Ask{Title: v.say("Whom you referred"), Links: []page.Link{{Text: v.say("Refer somebody"), To: "/refer"}}}
	if len(all) == 0 {
		view.Title = v.say("You have referred nobody yet")
	}
	for _, s := range all {
		view.Facts = append(view.Facts, page.Fact{Name: string(s.Referral), Value: v.state(s.State)})
	}
	if token, err := next.MarshalText(); err == nil && next != (store.Cursor{}) {
		view.Links = append(view.Links, page.Link{Text: v.say("The next ones"), To: "/refer/sent?after=" + url.QueryEscape(string(token))})
	}
	return show(view), nil
}

// receipt says by when somebody speaks to a person who was referred.
func receipt(v *visit) (answer, error) {
	s, err := v.desk.Receipt(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	return show(page.Notice{
		Title: v.say("Sent: somebody will speak to them by %s", v.day(s.By)), Good: true,
		Facts: []page.Fact{{Name: v.say("Reference"), Value: string(s.Referral)}, {Name: v.say("How it stands"), Value: v.state(s.State)}},
		Next:  []string{v.say("A link worker speaks to them."), v.say("You hear what came of it, and at once if somebody is at risk.")},
		Links: []page.Link{{Text: v.say("Refer somebody else"), To: "/refer"}},
	}), nil
}
