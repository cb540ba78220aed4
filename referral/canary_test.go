package referral_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// canary is what a careless program might put where a code or an ID belongs.
const canary = "Zebedee Quux of 12 High Street, 07700 900123"

// TestNoTextReachesAnEventOrAnError puts the canary into every field that takes
// a string. Each command must refuse it, and say so without repeating it.
func TestNoTextReachesAnEventOrAnError(t *testing.T) {
	worker, provider := by(sp.RoleLinkWorker, 50), by(sp.RoleProvider, 50)
	nobody := worker
	nobody.By.ID = canary
	stranger := worker
	stranger.By.Role = canary
	text := reason.Reason{Code: canary, Whose: reason.Person, Effect: reason.Rematch}
	good := reason.Because(reason.OtherReason)
	all := referraltest.AllowAll{}
	received := func() *referral.Referral { return referraltest.Referral("R-1", referral.StateReceived) }
	active := func() *referral.Referral { return referraltest.Referral("R-1", referral.StateActive) }
	started := func() *placement.Placement { return referraltest.Placement("PL-1", placement.StateStarted) }
	submit := func(edit func(*referral.Submission)) error {
		a := referraltest.Submission("R-1")
		edit(&a)
		_, err := referraltest.Receive(a, all, by(sp.RoleReferrer, 0))
		return err
	}
	propose := func(edit func(*placement.Proposal)) error {
		a := referraltest.Proposal("PL-1")
		edit(&a)
		_, err := referraltest.Propose(a, all, worker)
		return err
	}
	plan := func(edit func(*session.Plan)) error {
		a := referraltest.Plan()
		edit(&a)
		_, err := referraltest.Schedule("S-1", a, all, provider)
		return err
	}
	offer := func(items ...placement.Item) error {
		return referraltest.Placement("PL-1", placement.StateProposed).Offer(placement.Sending{Level: placement.FullReferral, Items: items}, all, worker)
	}
	errs := map[string]error{
		"actor":                received().Accept("ann", nobody),
		"role":                 received().Accept("ann", stranger),
		"submission id":        submit(func(a *referral.Submission) { a.ID = canary }),
		"submission person":    submit(func(a *referral.Submission) { a.Person = canary }),
		"submission urgency":   submit(func(a *referral.Submission) { a.Urgency = canary }),
		"submission reason":    submit(func(a *referral.Submission) { a.Reasons = []needs.Code{canary} }),
		"submission source":    submit(func(a *referral.Submission) { a.Source = canary }),
		"submission from":      submit(func(a *referral.Submission) { a.From = canary }),
		"submission previous":  submit(func(a *referral.Submission) { a.Previous = canary }),
		"worker":               received().Accept(canary, worker),
		"new worker":           active().Assign(canary, worker),
		"urgency":              active().Prioritise(canary, worker),
		"triage":               received().Triage(referral.Triaged{Criteria: canary, Fits: sp.Yes}, worker),
		"triage finding":       received().Triage(referral.Triaged{Criteria: "bay-1", Unknown: []string{canary}}, worker),
		"decline":              alone(received()).Decline(text, worker),
		"reroute":              alone(received()).Reroute(canary, good, worker),
		"expire":               alone(received()).Expire(text, worker),
		"withdraw":             alone(received()).Withdraw(text, worker),
		"enter in error":       alone(received()).EnterInError(text, worker),
		"attempt":              active().Attempt(canary, worker),
		"contact":              active().Contact(canary, 10, worker),
		"assessment":           active().Assess(canary, []needs.Code{needs.Debt}, nil, worker),
		"need":                 active().Assess("A-1", []needs.Code{canary}, nil, worker),
		"nothing found":        active().NothingFound(canary, good, worker),
		"flag":                 active().Raise(referral.Flagged{Flag: canary, Kind: concern.Crisis}, worker),
		"flag kind":            active().Raise(referral.Flagged{Flag: "F-1", Kind: canary}, worker),
		"hand-over":            active().AcceptHandOver(canary, canary, "", worker),
		"document":             active().SendFeedback(canary, worker),
		"acknowledged":         active().AcknowledgeFeedback(canary, worker),
		"coded document":       active().CodeFeedback(canary, "", worker),
		"coded":                active().CodeFeedback("D-1", canary, worker),
		"result":               alone(active()).Close(needs.Result{Outcome: canary}, worker),
		"unmet":                alone(active()).Close(needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{canary}}, worker),
		"policy":               alone(active()).GiveUp(referral.Unreachable{Name: canary, Attempts: 1}, worker),
		"whose":                alone(received()).Decline(reason.Reason{Code: "other", Whose: canary, Effect: reason.Rematch}, worker),
		"effect":               alone(received()).Decline(reason.Reason{Code: "other", Whose: reason.Person, Effect: canary}, worker),
		"proposal id":          propose(func(a *placement.Proposal) { a.ID = canary }),
		"proposal referral":    propose(func(a *placement.Proposal) { a.Referral = canary }),
		"proposal person":      propose(func(a *placement.Proposal) { a.Person = canary }),
		"proposal service":     propose(func(a *placement.Proposal) { a.Service = canary }),
		"proposal provider":    propose(func(a *placement.Proposal) { a.Provider = canary }),
		"proposal need":        propose(func(a *placement.Proposal) { a.Needs = []needs.Code{canary} }),
		"proposal step":        propose(func(a *placement.Proposal) { a.Step = canary }),
		"proposal group":       propose(func(a *placement.Proposal) { a.Group = canary }),
		"disclosed field":      offer(placement.Item{Field: canary}),
		"disclosed code":       offer(placement.Item{Field: "name", Code: canary}),
		"level":                referraltest.Placement("PL-1", placement.StateProposed).Offer(placement.Sending{Level: canary}, all, worker),
		"step":                 started().MoveTo(canary, "", worker),
		"cause of a step":      started().MoveTo(session.Home, canary, worker),
		"stop":                 started().Stop(text, worker),
		"placement withdrawal": started().Withdraw(text, worker),
		"placement decline":    referraltest.Placement("PL-1", placement.StateOffered).Decline(text, worker),
		"placement result":     started().Complete(needs.Result{Outcome: canary}, worker),
		"placement document":   started().SendFeedback(canary, worker),
		"placement error":      started().EnterInError(text, worker),
		"plan placement":       plan(func(a *session.Plan) { a.Placement = canary }),
		"plan referral":        plan(func(a *session.Plan) { a.Referral = canary }),
		"plan person":          plan(func(a *session.Plan) { a.Person = canary }),
		"plan step":            plan(func(a *session.Plan) { a.Step = canary }),
		"miss":                 referraltest.Session("S-1", session.StatePlanned).Miss(canary, provider),
		"explain":              referraltest.Session("S-1", session.StateMissed).Explain(canary, provider),
		"session cancelled":    referraltest.Session("S-1", session.StatePlanned).Cancel(text, provider),
		"session in error":     referraltest.Session("S-1", session.StatePlanned).EnterInError(text, provider),
	}
	for name, err := range errs {
		require.Error(t, err, name)
		requireSilent(t, name, fmt.Sprintf("%v %+v %#v", err, err, err))
		require.NotErrorIs(t, err, sp.ErrNotFound)
	}
}

// TestAPersonsRecordStaysOutOfTheLog saves a world whose people have the canary
// in every part of their record that takes text, and reads the whole log.
func TestAPersonsRecordStaysOutOfTheLog(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	world := referraltest.NewWorld(5)
	for i := range world.People {
		p := &world.People[i]
		p.Name = sp.Hide(person.Name{Given: "Zebedee", Family: "Quux", Known: canary})
		p.Address = sp.Hide(person.Address{Lines: []string{canary}})
		p.Contacts = []person.Contact{{Value: sp.Hide("07700 900123"), Safe: map[person.Channel]sp.Truth{person.Phone: sp.Yes}}}
	}
	world.Save(t, db)
	events := 0
	for e, err := range db.Log(ctx, "", "") {
		require.NoError(t, err)
		requireSilent(t, string(e.Type), fmt.Sprintf("%s %+v", e.Data, e))
		events++
	}
	require.Greater(t, events, len(world.People))
	for _, kind := range []string{referral.Kind, placement.Kind, session.Kind} {
		for r, err := range db.Scan(ctx, store.Query{Kind: kind}) {
			require.NoError(t, err)
			requireSilent(t, kind, fmt.Sprintf("%s %v", r.Body, r.Terms))
		}
	}
}

func requireSilent(t *testing.T, name, text string) {
	t.Helper()
	for _, word := range []string{"Zebedee", "Quux", "High Street", "900123"} {
		require.NotContains(t, text, word, name)
	}
}
