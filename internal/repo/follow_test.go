package repo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/evaluation"
	indicators "github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/observed"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/custom"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/audit"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/observe"
	"github.com/socialprescribing/sp/store/seal"
	"github.com/socialprescribing/sp/voice"
)

// marked are words that stand in one place each of what is kept of a person, by the member
// in which they are kept.
var marked = []string{"Mgiven", "Mfamily", "Mstreet", "Mnumber", "Msafe", "Mkin", "Mteam", "Mguard", "Mmatters", "Mgoal", "Mvoice", "Mcustom", "Mfeud"}

// A diary is everything that came out of a program while it worked with a person, by where.
type diary struct {
	t    *testing.T
	said map[string]*strings.Builder
}

func (d *diary) note(where string, text string) {
	if d.said[where] == nil {
		d.said[where] = new(strings.Builder)
	}
	d.said[where].WriteString(text + "\n")
}

// print notes a value as programs print it: with fmt, in both logs, and as JSON.
func (d *diary) print(where string, v any) {
	d.t.Helper()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		d.note(where, fmt.Sprintf(verb, v))
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
	d.note(where, log.String())
	if text, err := json.Marshal(v); err == nil {
		d.note(where, string(text))
	}
}

// observer notes what a scheme that logs every call of its database has in its log.
func (d *diary) observer(ctx context.Context, call observe.Call) (context.Context, observe.End) {
	return ctx, func(r observe.Result) { d.note("observe", fmt.Sprintf("%+v %v %+v %v", call, call, r, r.Err)) }
}

// markers keeps a person of whom every word is marked.
func markers(t *testing.T, d *diary, db store.Driver) {
	t.Helper()
	ok := func(err error) { t.Helper(); require.NoError(t, err) }
	worker, all := func(n int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, n) }, referraltest.AllowAll{}
	p, err := person.Register(person.Person{
		ID: "P-1", Name: sp.Hide(person.Name{Given: "Mgiven", Family: "Mfamily"}), Born: sp.Hide(sp.NewDate(1950, 5, 1)), Address: sp.Hide(person.Address{Lines: []string{"Mstreet"}}),
		Contacts:        []person.Contact{{Value: sp.Hide("07700 900123 Mnumber"), Note: sp.Hide("Msafe"), Safe: map[person.Channel]sp.Truth{person.Phone: sp.Yes}}},
		Representatives: []person.Representative{{Name: sp.Hide(person.Name{Given: "Mkin"}), Authority: person.FamilyCarer}},
	}, worker(0))
	ok(err)
	r, err := referraltest.Receive(referral.Submission{ID: "R-1", Person: "P-1", Urgency: referral.Urgent, Source: "gp", From: "bay/hill", Reasons: []needs.Code{needs.Debt}}, all, referraltest.By(sp.RoleReferrer, 0))
	ok(err)
	c := referral.NewCase(r)
	ok(r.Accept(referraltest.Worker, worker(1)))
	ok(r.Contact(person.Phone, 30, worker(2)))
	ok(r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Safeguarding, To: "lead"}, worker(2)))
	ok(r.NothingFound(needs.Debt, reason.Because(reason.NoCapacity), worker(3)))
	pl, err := c.Propose(placement.Proposal{ID: "PL-1", Service: "bay/garden", Provider: "bay/green", Needs: []needs.Code{needs.Debt}}, worker(3))
	ok(err)
	ok(pl.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "name"}, {Field: "need", Code: "debt"}}}, all, worker(4)))
	ok(pl.Accept(referraltest.By(sp.RoleProvider, 5)))
	a := needs.New("A-1", all)
	ok(a.Open("P-1", worker(3)))
	ok(a.Identify(needs.Finding{ID: "N-1", Code: needs.Debt, Source: sp.RolePerson}, nil, worker(3)))
	ok(a.SetGoal("G-1", []needs.ID{"N-1"}, sp.NewDate(2026, time.June, 1), worker(3)))
	c.Assessments = append(c.Assessments, a)
	plan, err := needs.WritePlan(needs.Plan{Assessment: "A-1", Person: "P-1", Matters: []sp.Personal[string]{sp.Hide("Mmatters")}, Items: []needs.Item{{Goal: "G-1", Words: sp.Hide("Mgoal")}}}, a, worker(4))
	ok(err)
	team, err := note.Write(note.Note{ID: "N-1", Person: "P-1", Class: note.Team, Text: sp.Hide("Mteam")}, worker(4))
	ok(err)
	guard, err := note.Write(note.Note{ID: "N-2", Person: "P-1", Class: note.Safeguarding, Text: sp.Hide("Mguard")}, worker(4))
	ok(err)
	said, err := voice.Say(voice.Statement{ID: "V-1", Person: "P-1", Words: sp.Hide("Mvoice"), Said: voice.Said{Kind: voice.Request, Speaker: voice.Person, Need: needs.Debt}}, nil, worker(4))
	ok(err)
	own, err := custom.New(custom.Subject{Person: "P-1"})
	ok(err)
	ok(own.Set(&custom.Schema{Namespace: "bay", Version: "1", Fields: []custom.Field{
		{Key: "came-by", Label: "Came by", Of: custom.Person, Kind: custom.KindText, Audiences: []consent.Audience{consent.Health}},
		{Key: "feud", Label: "Is not to meet", Of: custom.Person, Kind: custom.KindText, Sensitive: true, Audiences: []consent.Audience{consent.Health}},
	}}, custom.Values{"came-by": custom.Text("Mcustom"), "feud": custom.Text("Mfeud")}, worker(4)))
	reg := register.New("P-1", all)
	ok(reg.Open(consent.England, worker(0)))
	ok(store.Save(t.Context(), db, p, c, plan, team, guard, said, own, reg))
	for where, v := range map[string]any{
		"person": p, "people": p.Person(), "referral": r, "case": c, "placement": pl, "assessment": a, "plan": plan, "note": team, "notes": guard, "voice": said, "custom": own,
		"permission": reg, "file": reg.File(register.FactsOf(p.Person())), "facts": register.FactsOf(p.Person()), "profile": p.Person().Profile(sp.NewDate(2026, 3, 1)), "view": r.View(), "timeline": c.Timeline(),
	} {
		d.print(where, v)
	}
}

// lists are what link workers and leads read, none of which asks a permission: they name
// people by their pseudonym.
func (d *diary) lists(db store.Driver) {
	ctx, at := d.t.Context(), referraltest.Day(60)
	referrals, placements := referral.NewRepository(db, nil), placement.NewRepository(db, nil)
	standards := worklist.Standards{Name: "bay-1", Days: map[referral.Urgency]int{referral.Routine: 7, referral.Soon: 7, referral.Urgent: 7}, Ageing: 5}
	clocks := map[concern.Kind]concern.Standard{concern.Safeguarding: concern.Proposed(concern.Safeguarding, sp.Calendar{}), concern.Crisis: concern.Proposed(concern.Crisis, sp.Calendar{})}
	waits, err := worklist.Waiting(ctx, referrals, referral.Query{}, standards, sp.Calendar{}, at)
	require.NoError(d.t, err)
	d.print("waiting", waits)
	today, err := worklist.Today(ctx, referrals, referraltest.Worker, worklist.Policy{Waiting: standards, Concerns: clocks, Look: 14, Tell: 21}, at)
	require.NoError(d.t, err)
	d.print("today", today)
	for owed, err := range worklist.FeedbackOwed(ctx, referrals, placements, sp.Calendar{}, at) {
		require.NoError(d.t, err)
		d.print("owed", owed)
	}
	for x, err := range worklist.ToAsk(ctx, person.NewRepository(db), referrals, consent.England, sp.Calendar{}, at) {
		require.NoError(d.t, err)
		d.print("to ask", x)
	}
	for x, err := range worklist.Stuck(ctx, referrals, []worklist.Rule{{Code: "old", Says: "old", States: []referral.State{referral.StateActive}, Since: worklist.SinceReceived, Days: 9}}, sp.Calendar{}, at) {
		require.NoError(d.t, err)
		d.print("stuck", x)
	}
	for r, err := range referrals.All(ctx, referral.Query{}) {
		require.NoError(d.t, err)
		w := caseload.Proposed().Weigh(caseload.FactsOf(r, at))
		d.print("load", w)
		d.print("loads", caseload.Load{Worker: referraltest.Worker, People: 1, Points: w.Points, Cases: []caseload.Weighed{{Referral: r.ID(), Weight: w}}, Terms: w.Terms})
	}
	for line, err := range unmet.Ledger(db.Log(ctx, "", "")) {
		require.NoError(d.t, err)
		d.print("unmet", line)
	}
}

// count is everything that is counted and published, by every indicator.
func (d *diary) count(db store.Driver) {
	ctx := d.t.Context()
	run, err := evaluation.New(evaluation.Options{AsOf: sp.NewDate(2026, time.May, 31), By: evaluation.By("practice", facts.Practice)}, indicators.All(indicators.Standards{})...)
	require.NoError(d.t, err)
	require.NoError(d.t, run.Read(ctx, db.Log(ctx, "", ""), nil))
	counts, err := run.Count(ctx)
	require.NoError(d.t, err)
	figures, err := run.Figures(ctx)
	require.NoError(d.t, err)
	require.NotEmpty(d.t, figures)
	for _, f := range figures {
		d.print("figures", f)
		d.note("figures", f.String())
	}
	d.print("counts", counts)
	d.print("report", run.Report())
	var answers observed.Facts
	for e, err := range db.Log(ctx, "", "") {
		require.NoError(d.t, err)
		require.NoError(d.t, answers.Add(e))
	}
	d.print("observed", answers.Services(referraltest.Day(90)))
	d.print("observed", answers.At(referraltest.Day(90)))
}

// Nothing that programs log, list, count, publish or prove has a word of the person in it,
// whoever reads it; nor has what lies in the database, if it is sealed, or any error.
func TestRepoFollowsAPersonThroughAllThatAsksNoPermission(t *testing.T) {
	d := &diary{t: t, said: map[string]*strings.Builder{}}
	raw := memstore.New()
	db := store.Tenant(seal.Driver(observe.Driver(raw, d.observer), followKeys{}), "bay")
	markers(t, d, db)
	d.lists(db)
	d.count(db)

	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		d.print("log", e)
		d.note("log", string(e.Data))
	}
	statement, err := audit.Take(t.Context(), raw, "bay")
	require.NoError(t, err)
	text, err := statement.MarshalText()
	require.NoError(t, err)
	d.note("audit", string(text))
	d.print("audit", statement)
	for _, k := range subject.Kinds() {
		for r, err := range raw.Scan(t.Context(), store.Query{Tenant: "bay", Kind: k.Name}) {
			require.NoError(t, err)
			d.note("at rest", fmt.Sprint(string(r.Body), r.Terms))
			r.Body = []byte("Mgiven" + string(r.Body))
			d.note("errors", fmt.Sprint(raw.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: r.Key, If: r.Version + 7, Terms: r.Terms, Body: r.Body}}})))
		}
	}
	document, err := subject.Read(t.Context(), db, subject.Kinds(), subject.Request{Person: "P-1", As: subject.Executor})
	require.NoError(t, err)
	d.print("document", document)
	open, err := document.JSON()
	require.NoError(t, err)
	for _, word := range marked {
		require.Contains(t, string(open), word, "the person may read it, so the test would see it")
	}
	r, err := referral.NewRepository(db, referraltest.AllowAll{}).Load(t.Context(), "R-1")
	require.NoError(t, err)
	require.NoError(t, r.AcceptHandOver("F-1", "lead", "", sp.By(sp.Actor{ID: "nurse-1", Role: sp.RoleProvider, For: "lead"}, referraltest.Day(3))))
	require.NoError(t, store.Save(t.Context(), db, r))
	protocol, err := subject.Eraser{DB: db, May: referraltest.AllowAll{}}.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, referraltest.By(sp.RoleLinkWorker, 9))
	require.NoError(t, err)
	d.print("protocol", protocol)

	for where, said := range d.said {
		require.NotEmpty(t, said.String(), where)
		for _, word := range append(marked, "1950-05-01", "900123") {
			require.NotContains(t, said.String(), word, "%s tells of the person", where)
		}
	}
	for _, where := range []string{"figures", "counts", "report", "observed"} {
		for _, id := range []string{"P-1", `"R-1"`, "PL-1"} {
			require.NotContains(t, d.said[where].String(), id, "%s names somebody", where)
		}
	}
}

// followKeys has the one key of the person.
type followKeys struct{}

func (followKeys) Secret(context.Context, store.Record, string) (seal.Secret, error) {
	return seal.Secret{Name: "P-1", Key: make([]byte, 32)}, nil
}
