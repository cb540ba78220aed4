package site

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
)

// asks is the answer that a team was asked, and has not said anything yet.
const asks concern.Answer = "asked"

// answers are what can have come of asking a team.
func (v *visit) answers(a concern.Answer) string {
	return of(v, map[concern.Answer]string{
		asks: "I have asked them", concern.Accepted: "They have taken it over", concern.Unconfirmed: "Somebody was told, and nobody has said that they have it",
		concern.BelowThreshold: "They say that it is not serious enough", concern.NotTheirs: "They say that it is not theirs", concern.Incomplete: "They need to know more first",
		concern.AlreadyKnown: "They know the person already", concern.AssessedNoConcern: "They have looked, and found nothing",
		concern.RaisedByMistake: "It was a mistake", concern.Unreachable: "Nobody answers",
	}, a)
}

// overTaking is the form of what a team said.
func (v *visit) overTaking(all []concern.Concern) page.Form {
	f := page.Form{To: v.here("/crisis"), Button: v.say("Save"), Risk: true, Fields: []page.Field{
		{Name: "flag", Label: v.say("Which concern?")},
		{Name: "team", Label: v.say("Which team?"), Hint: v.say("Its short name, such as crisis-team")},
		{Name: "said", Label: v.say("What did they say?"), Choices: choices(v.answers, append([]concern.Answer{asks}, concern.Answers()...)...)},
		{Name: "reference", Label: v.say("Their reference"), Hint: v.say("Where they gave one")},
	}}
	for _, c := range all {
		f.Fields[0].Choices = append(f.Fields[0].Choices, page.Choice{Value: string(c.ID), Text: v.danger(c.Kind), Hint: v.moment(c.Raised), Chosen: len(all) == 1})
	}
	return f
}

// crisis is what to do now about somebody's safety. A second worker, who records what a team
// has taken over, sees the concern and not whom it is about.
func crisis(v *visit) (answer, error) {
	d, err := v.desk.Danger(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	a := show(v.crisis(d, v.overTaking(d.Open())))
	a.seen = d.Version
	return a, nil
}

func (v *visit) crisis(d app.Danger, f page.Form) page.Crisis {
	c := page.Crisis{
		Title: v.say("See that a team takes it over"), Said: v.concerns(d.Concerns), Form: f,
		Calls: []page.Call{{Who: v.say("the emergency service, in danger now"), Phone: v.desk.Scheme.Crisis}},
		Now: []string{
			v.say("Stay with them, in the room or on the telephone, until somebody else does."),
			v.say("Ask the team whose task it is. Until it says yes in its own word, you hold the risk."),
			v.say("A second worker writes down the yes: send them the address of this page."),
		},
	}
	if v.By.Role != sp.RoleLinkWorker {
		c.Form = page.Form{}
	}
	var held []string
	for _, x := range d.Open() {
		held = append(held, v.danger(x.Kind)+". "+v.holding(x))
	}
	if c.Held = strings.Join(held, " "); c.Held == "" {
		c.Title, c.Form, c.Calls, c.Now = v.say("No concern is open"), page.Form{}, nil, nil
	}
	return c
}

func answered(v *visit) (answer, error) {
	d, err := v.desk.Danger(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	f := v.overTaking(d.Open())
	in := v.input()
	flag := concern.ID(one(in, "flag", "Say which concern", values(f.Fields[0].Choices)...))
	said := one(in, "said", "Say what they said", append([]concern.Answer{asks}, concern.Answers()...)...)
	team, reference := concern.TeamID(in.text("team")), in.text("reference")
	in.check(sp.ValidID(string(team)) || said == concern.RaisedByMistake, "team", "Write the short name of the team, without spaces")
	in.check(reference == "" || sp.ValidID(reference), "reference", "Write the reference in letters and digits")
	if err = in.wrong.Err(); err == nil {
		err = v.heard(flag, team, said, reference)
	}
	if err != nil {
		return v.mend(err, f, func(f page.Form) page.View { return v.crisis(d, f) })
	}
	return goTo(v.here("/crisis")), nil
}

// heard keeps what a team said.
func (v *visit) heard(flag concern.ID, team concern.TeamID, said concern.Answer, reference string) error {
	switch ctx := v.r.Context(); said {
	case asks:
		return v.desk.AskTeam(ctx, v.Acting, v.of(), referral.HandOverOffered{Flag: flag, To: team})
	case concern.Accepted:
		return v.desk.HandedOver(ctx, v.Acting, v.of(), referral.HandedOver{Flag: flag, To: team, Reference: reference})
	default:
		return v.desk.AnswerConcern(ctx, v.Acting, v.of(), referral.HandOverAnswered{Flag: flag, By: team, Answer: said, Reference: reference})
	}
}

// values are what choices send.
func values(all []page.Choice) []string {
	var of []string
	for _, c := range all {
		of = append(of, c.Value)
	}
	return slices.Clip(of)
}
