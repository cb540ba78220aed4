package work_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/examples/desk/work"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
)

// A life is a scheme at which everybody does anything that a desk lets them try, in any order,
// late, twice, and against the rules, while its timer does what is due. What each room
// promises about what another does is held against what is stored.
type life struct {
	*testing.T
	*scene
	rng    *rand.Rand
	timer  *work.Work
	number int            // of the next request
	done   map[string]int // what was allowed, by name
	asked  []placement.ID
	passes []caseload.ID
	gone   map[person.ID]bool // who was erased
	quiet  map[person.ID]bool // who does not want their GP to hear anything
}

func TestWorkKeepsWhatTheRoomsPromiseEachOtherThroughTheLifeOfAScheme(t *testing.T) {
	done := map[string]int{}
	for seed := range tier.Pick[uint64](4, 20, 2000) {
		l := &life{T: t, scene: newScene(t), rng: rand.New(rand.NewPCG(seed, 21)), done: done, gone: map[person.ID]bool{}, quiet: map[person.ID]bool{}}
		l.timer = l.work()
		l.asked = append(l.asked, l.scene.asked)
		for i := range 250 {
			l.at = l.at.Add(time.Duration(l.rng.IntN(6*3600)) * time.Second)
			l.act()
			if i%20 == 0 {
				l.audit()
			}
		}
		l.audit()
	}
	for name := range acts {
		require.Positive(t, done[name], "%s was never allowed", name)
	}
}

// A request is something that somebody sends, once or twice.
type request func() error

// acts are what somebody may try.
var acts = map[string]func(*life) request{
	"refer": (*life).refer, "accept": (*life).accept, "talk": (*life).talk, "offer": (*life).offer, "answer": (*life).answer,
	"attend": (*life).attend, "finish": (*life).finish, "ask more": (*life).askMore, "answer more": (*life).answerMore,
	"measure": (*life).measure, "raise": (*life).raise, "take over": (*life).takeOver, "hand over": (*life).handOver, "take": (*life).take,
	"object": (*life).object, "staff": (*life).staff,
	"withdraw": (*life).withdraw, "end": (*life).end, "erase": (*life).erase, "pass": (*life).pass, "restate": (*life).restate,
}

// often is what of more than one chance is tried.
var often = []string{"accept", "talk", "talk", "offer", "offer", "offer", "answer", "answer", "answer", "attend", "attend", "finish", "finish", "take", "take", "answer more", "answer more", "ask more"}

// act has somebody try something. What is refused changes nothing, and what comes twice
// happens once.
func (l *life) act() {
	names := append(slices.Sorted(maps.Keys(acts)), often...)
	name := pick(l, names)
	if (name == "erase" || name == "end") && l.rng.IntN(3) > 0 {
		return // or nobody would be left
	}
	l.number++
	try, before, owners := acts[name](l), l.events(), l.owners()
	err := try()
	after := l.events()
	if err != nil {
		l.refused(name, err)
		if name != "erase" { // which ends what is under way first, and is asked for again
			require.Equal(l, before, after, "%s was refused and changed something: %v", name, err)
		}
		return
	}
	l.done[name]++
	l.given(owners)
	if l.rng.IntN(4) == 0 {
		if err := try(); err != nil {
			l.refused(name+" again", err)
		}
		require.Equal(l, after, l.events(), "%s came twice and happened twice", name)
	}
}

// refused checks that an error is one that says what to do.
func (l *life) refused(name string, err error) {
	known := slices.ContainsFunc([]error{sp.ErrInvalid, sp.ErrDenied, sp.ErrNotFound, sp.ErrConflict, sp.ErrExists}, func(e error) bool { return errors.Is(err, e) })
	_, full := errors.AsType[*place.FullError](err)
	require.True(l, known || full, "%s: %v", name, err)
	require.NotContains(l, err.Error(), "Marker", name)
}

// events is how many are in the log.
func (l *life) events() (n int) {
	for _, err := range l.desk.Store().Log(l.Context(), "", "") {
		require.NoError(l, err)
		n++
	}
	return n
}

func pick[T any](l *life, from []T) T { return from[l.rng.IntN(len(from))] }

// by is somebody with a request of their own.
func (l *life) by(who sp.Actor) app.Acting {
	return app.Acting{By: who, Key: fmt.Sprintf("k-%d", l.number)}
}

// worker is most often who has the case.
func (l *life) worker(id referral.ID) sp.Actor {
	if r, err := l.referrals().Load(l.Context(), id); err == nil && l.rng.IntN(10) > 0 {
		if at := slices.IndexFunc(workers, func(a sp.Actor) bool { return a.ID == string(r.Worker()) }); at >= 0 {
			return workers[at]
		}
	}
	return pick(l, workers)
}

var workers = []sp.Actor{seed.Ann, seed.Ben}

func (l *life) referrals() *referral.Repository {
	return referral.NewRepository(l.desk.Store(), nil)
}

// all returns the referrals that there are.
func (l *life) all() (all []*referral.Referral) {
	for r, err := range l.referrals().All(l.Context(), referral.Query{}) {
		require.NoError(l, err)
		all = append(all, r)
	}
	return all
}

// some returns a referral that there is, most often in one of some states.
func (l *life) some(states ...referral.State) *referral.Referral {
	return mostly(l, l.all(), func(r *referral.Referral) bool { return slices.Contains(states, r.State()) })
}

// mostly picks what is as it should be, and now and then anything.
func mostly[T any](l *life, all []T, should func(T) bool) T {
	fit := slices.DeleteFunc(slices.Clone(all), func(x T) bool { return !should(x) })
	if len(fit) == 0 || l.rng.IntN(10) == 0 {
		return pick(l, all)
	}
	return pick(l, fit)
}

// under are the states in which somebody has a case.
var under = []referral.State{referral.StateAccepted, referral.StateActive}

func (l *life) refer() request {
	var n sp.NHSNumber
	for i := l.rng.IntN(12) * 10; n.IsZero(); i++ {
		n, _ = sp.ParseNHSNumber(fmt.Sprintf("99912%05d", i)) // one in eleven is a number
	}
	form := seed.Form(n, "Given", "Marker", sp.NewDate(1960, 1, 1), pick(l, []referral.Urgency{referral.Routine, referral.Soon, referral.Urgent}), pick(l, lacks))
	by := l.by(seed.DrKhan)
	return func() error { _, err := l.desk.Refer(l.Context(), by, form); return err }
}

var lacks = []needs.Code{needs.Loneliness, needs.Debt, needs.Inactivity, needs.Grief}

func (l *life) accept() request {
	by, id := l.by(pick(l, workers)), l.some(referral.StateReceived).ID()
	return func() error { return l.desk.Accept(l.Context(), by, id) }
}

func (l *life) talk() request {
	id := l.some(under...).ID()
	by, talk := l.by(l.worker(id)), app.Talk{
		Channel: person.Phone, Minutes: 30, Needs: lacks[l.rng.IntN(len(lacks)):],
		Agrees: pick(l, []sp.Truth{sp.Yes, sp.Yes, sp.Yes, sp.No, sp.Unknown}), Note: sp.Hide("Said Marker."),
	}
	return func() error { return l.desk.Talk(l.Context(), by, id, talk) }
}

func (l *life) offer() request {
	r := l.some(referral.StateActive)
	id, by := r.ID(), l.by(l.worker(r.ID()))
	offer := app.Offer{Offer: pick(l, l.offers()).ID, Need: mostly(l, lacks, func(n needs.Code) bool { return slices.Contains(r.Needs(), n) })}
	return func() error {
		room := l.room(offer.Offer)
		asked, err := l.desk.Offer(l.Context(), by, id, offer)
		if err == nil && !slices.Contains(l.asked, asked) {
			l.asked = append(l.asked, asked)
			require.NotEqual(l, sp.No, room.Has(1), "%s got a place of %s, which had none", asked, offer.Offer)
		}
		return err
	}
}

// offers are those of the three services that have the fewest places, so that they run out.
func (l *life) offers() []directory.Offer {
	dir, err := seed.Directory(l.Context(), l.at)
	require.NoError(l, err)
	places := func(o directory.Offer) int { return o.Capacity.Available.Or(1000) }
	slices.SortStableFunc(dir.Offers, func(a, b directory.Offer) int { return cmp.Compare(places(a), places(b)) })
	return dir.Offers[:3]
}

func (l *life) room(of directory.ID) place.Room {
	p, err := place.NewRepository(l.desk.Store()).LoadOrNew(l.Context(), of)
	require.NoError(l, err)
	return p.Room(l.at, directory.CapacityLife)
}

// restate has services say anew how many places they have.
func (l *life) restate() request {
	offers := l.offers()
	for i := range offers {
		offers[i].Capacity.Available, offers[i].Capacity.Updated = sp.Know(l.rng.IntN(3)), l.at
	}
	return func() error { _, err := l.desk.StatePlaces(l.Context(), offers); return err }
}

// provider returns a placement, most often in one of some states, and who answers for it.
func (l *life) provider(states ...placement.State) (placement.ID, app.Acting) {
	all := []*placement.Placement{placement.New("PL-0", nil)}
	for p, err := range placement.NewRepository(l.desk.Store(), nil).All(l.Context(), placement.Query{}) {
		require.NoError(l, err)
		all = append(all, p)
	}
	p := mostly(l, all, func(p *placement.Placement) bool { return slices.Contains(states, p.State()) })
	of := mostly(l, []string{string(p.Provider()), "bay/another"}, func(of string) bool { return of != "bay/another" })
	return p.ID(), l.by(sp.Actor{ID: "sam", Role: sp.RoleProvider, For: of})
}

func (l *life) answer() request {
	id, by := l.provider(placement.StateOffered)
	answer := pick(l, []app.Answer{{Yes: true}, {Yes: true}, {Why: reason.Because(reason.NoCapacity)}, {From: sp.DateOf(l.at).Add(20)}})
	return func() error { return l.desk.Answer(l.Context(), by, id, answer) }
}

func (l *life) attend() request {
	id, by := l.provider(placement.StateAccepted, placement.StateStarted)
	came := app.Attendance{Start: l.at.Add(-time.Hour), Minutes: 60, Cause: pick(l, []session.Cause{"", "", session.Illness})}
	return func() error { return l.desk.Attend(l.Context(), by, id, came) }
}

func (l *life) finish() request {
	id, by := l.provider(placement.StateAccepted, placement.StateStarted)
	how := pick(l, []app.Done{{Result: needs.Result{Outcome: needs.Met}}, {Why: reason.Because(reason.NoTransport)}})
	return func() error { return l.desk.Finish(l.Context(), by, id, how) }
}

func (l *life) askMore() request {
	id, by := l.provider(placement.StateAccepted, placement.StateStarted)
	return func() error {
		return l.desk.AskMore(l.Context(), by, id, app.Wish{Fields: []string{"born"}, Why: "safety-on-site"})
	}
}

func (l *life) answerMore() request {
	r := l.some(referral.StateActive)
	all := l.register(r.Person()).Requests()
	reply := app.Reply{Request: "M-0", Yes: l.rng.IntN(3) > 0, Why: "not-needed"}
	if len(all) > 0 {
		reply.Request = all[len(all)-1].Request
	}
	by := l.by(l.worker(r.ID()))
	return func() error { return l.desk.AnswerMore(l.Context(), by, r.ID(), reply) }
}

func (l *life) register(of person.ID) *register.Register {
	r, err := register.NewRepository(l.desk.Store(), nil).LoadOrNew(l.Context(), of)
	require.NoError(l, err)
	return r
}

func (l *life) measure() request {
	id := l.some(under...).ID()
	by, filled := l.by(l.worker(id)), app.Filled{Instrument: "ons-loneliness", Answers: measure.Answers{"1": 1 + l.rng.IntN(5)}}
	return func() error { _, err := l.desk.Measure(l.Context(), by, id, filled); return err }
}

func (l *life) raise() request {
	id := l.some(under...).ID()
	by, flag := l.by(l.worker(id)), referral.Flagged{Kind: concern.Safeguarding, Reason: concern.Unspecified, To: "adult-team"}
	return func() error { return l.desk.Raise(l.Context(), by, id, flag) }
}

func (l *life) takeOver() request {
	by, of, flag := l.by(pick(l, workers)), l.some(under...), concern.ID("F-0")
	for _, r := range l.all() {
		for _, c := range r.Concerns() {
			if c.Open() {
				of, flag = r, c.ID
			}
		}
	}
	return func() error {
		return l.desk.HandedOver(l.Context(), by, of.ID(), referral.HandedOver{Flag: flag, To: "adult-team", Reference: "REF-1"})
	}
}

func (l *life) handOver() request {
	r := l.some(under...)
	by, cases := l.by(seed.Lena), []caseload.Pass{{Referral: r.ID(), To: referral.WorkerID(pick(l, workers).ID)}}
	return func() error {
		id, err := l.desk.HandOver(l.Context(), by, caseload.Offering{From: r.Worker(), Lead: "lena", Why: caseload.TooMuch, Cases: cases})
		if err == nil {
			l.passes = append(l.passes, id)
		}
		return err
	}
}

func (l *life) take() request {
	id, of, by := caseload.ID("H-0"), l.some(under...).ID(), pick(l, []sp.Actor{seed.Lena, seed.Ben})
	if len(l.passes) > 0 {
		id = pick(l, l.passes)
	}
	if h, err := l.desk.HandedOn(l.Context(), seed.Lena, id); err == nil && l.rng.IntN(3) > 0 {
		of, by = h.Passes()[0].Referral, sp.Actor{ID: string(h.Passes()[0].To), Role: sp.RoleLinkWorker}
	}
	acting, taking := l.by(by), app.Taking{Yes: l.rng.IntN(2) == 0, Why: caseload.NoRoom}
	return func() error { return l.desk.Take(l.Context(), acting, id, of, taking) }
}

func (l *life) withdraw() request {
	of := l.some(under...).Person()
	choices := l.register(of).Choices()
	by, choice := l.by(sp.Actor{ID: string(of), Role: sp.RolePerson, For: string(of)}), consent.ChoiceID("C-0")
	if len(choices) > 0 {
		choice = pick(l, choices).ID
	}
	var first []subject.Effect // and what it did is said again
	return func() error {
		effects, err := l.desk.Withdraw(l.Context(), by, of, choice)
		if err == nil && first != nil {
			require.Equal(l, first, effects)
		}
		first = effects
		return err
	}
}

func (l *life) end() request {
	id := l.some(under...).ID()
	by, how := l.by(l.worker(id)), pick(l, []app.Ending{{Result: needs.Result{Outcome: needs.Met}}, {Why: reason.Because(reason.NoTransport)}})
	return func() error { return l.desk.End(l.Context(), by, id, how) }
}

func (l *life) erase() request {
	r := l.some(under...)
	by := l.by(l.worker(r.ID()))
	return func() error {
		p, err := l.desk.Erase(l.Context(), by, r.Person(), subject.AtRequest)
		if err == nil && p.State() == subject.Finished {
			l.gone[r.Person()] = true
		}
		return err
	}
}

func (l *life) pass() request { return func() error { return l.timer.Pass(l.Context()) } }
