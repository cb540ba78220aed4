package main

import (
	"container/heap"
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/evaluation/observed"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A scheme is three link workers, a directory, and the people referred to them.
type scheme struct {
	db      store.Driver
	library *library
	seed    uint64
	until   time.Time            // what happens later is not yet known
	stayed  map[directory.ID]int // people who go on coming, by offer
	refused map[directory.ID]int // how often no place was left to be held
	byNeed  map[needs.Code][]directory.Offer

	askAgain bool // nobody looks at how services have answered
	facts    observed.Facts
	read     store.Position // of the log, as far as facts have it
	looked   sp.Date        // when somebody last looked at them
	known    map[directory.ID]directory.Observed
	spare    map[directory.ID]int // how often a service was not asked again, since it had said that it is full
}

// anybody lets every role do what the tables allow, and every provider see what
// is sent to them. An embedding service asks its own rules here.
type anybody struct{}

func (anybody) Authorize(sp.Actor, transition.Act) error { return nil }
func (anybody) See(sp.Actor, person.ID, string) error    { return nil }

var (
	surgery   = sp.Actor{ID: "gp-7", Role: sp.RoleReferrer}
	practices = []directory.ID{"sandholme/quay", "sandholme/hill", "sandholme/mill"}
	policy    = referral.Unreachable{Name: "sandholme-2026-1", Attempts: 4, Days: 4, Channels: 1, Span: 7}
	workers   = []referral.WorkerID{"ann", "bashir", "chloe"}
)

// run takes the clients through the scheme, all at once, day after day: each is
// resumed when the next thing happens to them, so the log is in order of time.
func (s *scheme) run(ctx context.Context, clients []client, progress func(done, total int)) error {
	var queue agenda
	var failed error
	for i, c := range clients {
		w := &walk{
			scheme: s, client: c, number: i + 1, now: c.referred,
			rng: rand.New(rand.NewPCG(s.seed, uint64(i+1))), worker: workers[i%len(workers)],
		}
		resume, stop := iter.Pull(w.steps(ctx, &failed))
		defer stop()
		queue = append(queue, waiting{c.referred, i, resume})
	}
	heap.Init(&queue)
	done := 0
	for len(queue) > 0 {
		at, more := queue[0].resume()
		if failed != nil {
			return failed
		}
		if more {
			queue[0].at = at
			heap.Fix(&queue, 0)
			continue
		}
		heap.Pop(&queue)
		done++
		progress(done, len(clients))
	}
	return nil
}

// An agenda is who is resumed next: the earliest, and of those at one time who came first.
type agenda []waiting

type waiting struct {
	at     time.Time
	number int
	resume func() (time.Time, bool)
}

func (a *agenda) Len() int      { return len(*a) }
func (a *agenda) Swap(i, j int) { (*a)[i], (*a)[j] = (*a)[j], (*a)[i] }
func (a *agenda) Push(w any)    { *a = append(*a, w.(waiting)) }
func (a *agenda) Less(i, j int) bool {
	one, two := (*a)[i], (*a)[j]
	if !one.at.Equal(two.at) {
		return one.at.Before(two.at)
	}
	return one.number < two.number
}

func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

// A walk is one person's way through the scheme.
type walk struct {
	*scheme
	client
	number int
	now    time.Time
	rng    *rand.Rand
	worker referral.WorkerID
	file   *referral.Case
	places *place.Places // that the next commit changes too
	yield  func(time.Time) bool
	err    error
}

// steps yields the times at which something happens to the person.
func (w *walk) steps(ctx context.Context, failed *error) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		w.yield = yield
		if yield(w.now) && w.arrive(ctx) && w.reach(ctx) && w.connect(ctx) {
			w.finish(ctx)
		}
		if w.err != nil {
			*failed = fmt.Errorf("person %s: %w", w.person.ID, w.err)
		}
	}
}

// wait lets days pass and reports whether the story goes on.
func (w *walk) wait(days int) bool {
	w.now = workday(w.now.AddDate(0, 0, days)).Add(time.Duration(w.rng.IntN(5)) * time.Minute)
	return w.now.Before(w.until) && w.yield(w.now)
}

// by stamps what somebody does now.
func (w *walk) by(role sp.Role, id string) sp.Stamp {
	actor := sp.Actor{ID: id, Role: role}
	if role == sp.RoleProvider || role == sp.RolePerson { // who are what they act for
		actor.For = id
	}
	return sp.By(actor, w.now)
}

// me is the stamp of the link worker.
func (w *walk) me() sp.Stamp { return w.by(sp.RoleLinkWorker, string(w.worker)) }

// save commits whatever has changed, unless a command was refused.
func (w *walk) save(ctx context.Context, refused error, others ...store.Change) bool {
	if w.err = refused; w.err == nil {
		if w.places != nil {
			others, w.places = append(others, w.places), nil
		}
		w.err = store.Save(ctx, w.db, append(others, w.file)...)
	}
	return w.err == nil
}

// arrive is the referral, and the scheme's yes or no.
func (w *walk) arrive(ctx context.Context) bool {
	record, err := person.Register(w.person, sp.BySystem("timer", w.now))
	if err != nil {
		w.err = err
		return false
	}
	r := referral.New(referral.ID(fmt.Sprintf("R-%03d", w.number)), anybody{})
	err = r.Receive(referral.Submission{
		Person: w.person.ID, Source: "gp", From: practices[w.number%len(practices)],
		Urgency: []referral.Urgency{referral.Routine, referral.Routine, referral.Soon, referral.Urgent}[w.rng.IntN(4)],
		Reasons: w.needs[:1], // a GP sees one trouble; an assessment finds the others
	}, sp.By(surgery, w.now))
	w.file = referral.NewCase(r)
	if !w.save(ctx, err, record) || !w.wait(w.rng.IntN(5)) {
		return false
	}
	if w.rng.IntN(25) == 0 {
		w.save(ctx, w.file.Decline(reason.Because(reason.OutsideRemit), w.me()))
		return false
	}
	return w.save(ctx, r.Accept(w.worker, w.me()))
}

// reach tries to speak to the person, and assesses their needs when it succeeds.
func (w *walk) reach(ctx context.Context) bool {
	r := w.file.Referral
	channel := person.Phone
	if w.person.May(channel) != sp.Yes {
		channel = referral.Visit // "do not ring" is respected
	}
	for range policy.Attempts {
		if !w.wait(2 + w.rng.IntN(6)) {
			return false
		}
		if w.rng.IntN(10) < 7 {
			return w.save(ctx, r.Contact(channel, 20+w.rng.IntN(40), w.me())) &&
				w.save(ctx, r.Assess("", w.needs, nil, w.me()))
		}
		if !w.save(ctx, r.Attempt(channel, w.me())) {
			return false
		}
	}
	w.save(ctx, w.file.GiveUp(policy, w.me()))
	return false
}

// finish closes the referral with what came of it, and tells the surgery.
func (w *walk) finish(ctx context.Context) {
	if !w.wait(7) {
		return
	}
	r := w.file.Referral
	met := make(map[needs.Code]bool)
	for _, p := range w.file.Placements {
		if p.Result().Outcome == needs.Met {
			met[p.Needs()[0]] = true
		}
	}
	result := needs.Result{Outcome: needs.Met}
	for _, n := range r.Needs() {
		if !met[n] {
			result.Unmet = append(result.Unmet, n)
		}
	}
	switch len(result.Unmet) {
	case 0:
	case len(r.Needs()):
		result.Outcome = needs.NotMet
	default:
		result.Outcome = needs.PartlyMet
	}
	if w.save(ctx, w.file.Close(result, w.me())) {
		w.save(ctx, r.SendFeedback(referral.DocumentID("letter-"+r.ID()), w.me()))
	}
}

// options say what is asked of the directory for one need of one person.
func (s *scheme) options(profile person.Profile, need needs.Code, at time.Time) matching.Options {
	return matching.Options{
		At: at, Needs: []needs.Code{need}, Crosswalk: s.library.crosswalk,
		Travel: journeys(profile, s.library.currency), Observed: s.observed(at),
	}
}

// learn reads on in the log: how services have answered.
func (s *scheme) learn(ctx context.Context) error {
	for event, err := range s.db.Log(ctx, "", s.read) {
		if err != nil {
			return err
		}
		if err := s.facts.Add(event); err != nil {
			return err
		}
		s.read = event.Position
	}
	return nil
}

// observed returns how services have answered until now. It is looked up once a day, as a link
// worker would in the morning: each look goes through all answers.
func (s *scheme) observed(at time.Time) map[directory.ID]directory.Observed {
	if s.askAgain {
		return nil
	}
	if day := sp.DateOf(at); day != s.looked {
		s.looked, s.known = day, s.facts.At(at)
	}
	return s.known
}

// offers returns what is tagged with a need.
func (s *scheme) offers(need needs.Code) []directory.Offer {
	if found, ok := s.byNeed[need]; ok {
		return found
	}
	var found []directory.Offer
	for _, o := range s.library.offers {
		if helps(o, s.library.crosswalk, need) {
			found = append(found, o)
		}
	}
	s.byNeed[need] = found
	return found
}
