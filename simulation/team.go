package simulation

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A team is the link workers of an area, and who waits for them.
type team struct {
	cap     int // of each worker, in hundredths of a point
	posts   int
	workers []worker
	vacant  []vacancy
	number  uint32 // of the last worker or hiring
	opened  uint64 // posts so far, those that were closed included
	base    uint64 // of the entities of its posts

	first   []waiting // whose worker has left
	classes [urgencies][]waiting

	last   queue.Time // up to which the areas are counted, in seconds of something
	queued int        // people who wait
	load   int        // of all workers
	queueArea, loadArea, roomArea, staffArea, vacantArea,
	waits int64 // that have ended, since the queue was joined

	left, handed int
}

// A post has had so many holders. How long each stays and how long it stands empty after them
// is drawn for the post, so that one post more leaves the luck of the others as it was.
type post struct{ number, holders uint64 }

// draw returns the draw of what befalls the post after so many holders.
func (p post) draw(what uint64) uint64 { return p.holders<<1 | what }

// A vacancy is a hiring that is on its way.
type vacancy struct {
	number uint32
	post   post
}

type worker struct {
	number uint32
	post   post
	load   int
	cases  []int32 // slots
}

type waiting struct {
	slot   int32
	number uint32
	step   uint16
	since  queue.Time // the receipt, by which classes rise
	joined queue.Time
}

// tick counts the time since the last change.
func (t *team) tick(now queue.Time) {
	dt := int64(now - t.last)
	t.last = now
	t.queueArea += dt * int64(t.queued)
	t.loadArea += dt * int64(t.load)
	t.roomArea += dt * int64(t.cap*len(t.workers))
	t.staffArea += dt * int64(len(t.workers))
	t.vacantArea += dt * int64(t.posts-len(t.workers))
}

func (t *team) result(name string) TeamResult {
	out := TeamResult{Name: name, Posts: t.posts, Filled: len(t.workers), Left: t.left, HandedOver: t.handed, Vacant: int(t.vacantArea / int64(day)), Worked: int(t.staffArea / int64(day))}
	if t.last > 0 {
		out.MeanQueue = sp.Know(float64(t.queueArea) / float64(t.last))
	}
	if t.roomArea > 0 {
		out.Carried = sp.Know(float64(t.loadArea) / float64(t.roomArea))
	}
	return out
}

// little fails if the time under the curve of the queue is not the time that people spent in it.
func (r *run) little() error {
	for i := range r.teams {
		t, still := &r.teams[i], int64(0)
		for j := range r.people {
			if c := &r.people[j]; c.state == queueing && r.teamOf(c) == i {
				still += int64(r.now - c.joined)
			}
		}
		if t.queueArea != t.waits+still {
			return fmt.Errorf("simulation: the queue of team %q is counted wrong: this is a fault of package simulation", r.s.Teams[i].Name)
		}
	}
	return nil
}

// openTeams opens the teams with the posts that they have, or that there is money for.
func (r *run) openTeams() error {
	r.teamIndex = make(map[string]int, len(r.s.Teams))
	for i, s := range r.s.Teams {
		r.teamIndex[s.Name] = i
		r.teams = append(r.teams, team{cap: s.Cap, base: entities("team " + s.Name)})
		for range s.Posts {
			r.engage(i, r.teams[i].open())
		}
		r.teams[i].posts = s.Posts
	}
	if r.s.Money == nil {
		return nil
	}
	return r.divide()
}

// open returns a new post.
func (t *team) open() post {
	t.opened++
	return post{number: t.opened}
}

// engage puts a new worker on a post.
func (r *run) engage(i int, p post) {
	t := &r.teams[i]
	t.number++
	p.holders++
	t.workers = append(t.workers, worker{number: t.number, post: p})
	if r.s.Way.Tenure != nil {
		stay := ticks(r.s.Way.Tenure.Quantile(r.streams.tenure.Unit(t.base+p.number, p.draw(0))))
		r.cal.Put(r.now+max(day, stay), early, event{kind: leaves, slot: int32(i), number: t.number})
	}
}

// advertise begins to fill a post.
func (r *run) advertise(i int, p post) {
	t := &r.teams[i]
	t.number++
	t.vacant = append(t.vacant, vacancy{t.number, p})
	var in queue.Time
	if r.s.Way.Vacancy != nil {
		in = ticks(r.s.Way.Vacancy.Quantile(r.streams.tenure.Unit(t.base+p.number, p.draw(1))))
	}
	r.cal.Put(r.now+in, early, event{kind: hired, slot: int32(i), number: t.number})
}

// hire fills a post, unless it has been cut since.
func (r *run) hire(i int, number uint32) {
	t := &r.teams[i]
	k := slices.IndexFunc(t.vacant, func(v vacancy) bool { return v.number == number })
	if k < 0 {
		return
	}
	t.tick(r.now)
	p := t.vacant[k].post
	t.vacant = slices.Delete(t.vacant, k, k+1)
	r.engage(i, p)
	r.takeOn(i)
}

// leave lets a worker go, whose post is then advertised.
func (r *run) leave(i int, number uint32) {
	t := &r.teams[i]
	k := slices.IndexFunc(t.workers, func(w worker) bool { return w.number == number })
	if k < 0 {
		return // their post was cut before
	}
	t.left++
	p := t.workers[k].post
	r.release(i, k)
	r.advertise(i, p)
	r.takeOn(i)
}

// release takes a worker out of a team. Whose case they had waits for another, before all others.
func (r *run) release(i, k int) {
	t := &r.teams[i]
	t.tick(r.now)
	w := t.workers[k]
	t.workers = slices.Delete(t.workers, k, k+1)
	t.load -= w.load
	t.handed += len(w.cases)
	for _, slot := range w.cases {
		r.queue(slot, true)
	}
}

// wait lets somebody join the queue.
func (t *team) wait(now queue.Time, slot int32, c *client, again bool) {
	t.tick(now)
	t.queued++
	w := waiting{slot, c.number, c.step, c.arrived, now}
	if again {
		t.first = append(t.first, w)
	} else {
		t.classes[c.class] = append(t.classes[c.class], w)
	}
}

// gone counts somebody who leaves the queue.
func (t *team) gone(now, joined queue.Time) {
	t.tick(now)
	t.queued--
	t.waits += int64(now - joined)
}

// put lays a case down.
func (t *team) put(now queue.Time, slot int32, c *client) {
	k := slices.IndexFunc(t.workers, func(w worker) bool { return w.number == c.worker })
	t.tick(now)
	w := &t.workers[k]
	w.load -= c.weight
	t.load -= c.weight
	j := slices.Index(w.cases, slot)
	w.cases[j] = w.cases[len(w.cases)-1]
	w.cases = w.cases[:len(w.cases)-1]
}

// takeOn gives those who wait to the workers of a team who have room, the least loaded first.
func (r *run) takeOn(i int) {
	t := &r.teams[i]
	for {
		least := -1
		for k := range t.workers {
			if least < 0 || t.workers[k].load < t.workers[least].load {
				least = k
			}
		}
		if least < 0 || t.workers[least].load+r.weights[1] > t.cap {
			return
		}
		line := r.nextInLine(t)
		if line == nil {
			return
		}
		w := (*line)[0]
		*line = (*line)[1:]
		c := &r.people[w.slot]
		t.gone(r.now, w.joined)
		c.turn(called)
		c.worker, c.weight = t.workers[least].number, r.weigh(c)
		t.workers[least].cases = append(t.workers[least].cases, w.slot)
		t.workers[least].load += c.weight
		t.load += c.weight
		r.log.taken(r, c, r.s.Teams[i].Name)
		r.plan(w.slot, attempted, r.days(r.s.Way.AttemptDays, c, forAttempt+uint64(c.attempts)))
	}
}

// nextInLine returns the line whose head is served next, and nil if nobody waits. In each of
// the lines the first has waited longest, so heads are all that need be compared.
func (r *run) nextInLine(t *team) *[]waiting {
	best, class := (*[]waiting)(nil), 0
	for k := range urgencies + 1 {
		line := &t.first
		if k > 0 {
			line = &t.classes[k-1]
		}
		for len(*line) > 0 && !r.waits((*line)[0]) {
			*line = (*line)[1:] // has withdrawn
		}
		if len(*line) == 0 {
			continue
		}
		if k == 0 {
			return line
		}
		head := (*line)[0]
		if e := r.effective(k-1, head.since); best == nil || e < class || e == class && head.since < (*best)[0].since {
			best, class = line, e
		}
	}
	return best
}

// waits reports whether somebody in a line is still there.
func (r *run) waits(w waiting) bool {
	c := &r.people[w.slot]
	return c.number == w.number && c.step == w.step && c.state == queueing
}

// reweigh weighs a case that has changed.
func (r *run) reweigh(c *client) {
	more := r.weigh(c) - c.weight
	if more == 0 {
		return
	}
	t := &r.teams[r.teamOf(c)]
	t.tick(r.now)
	k := slices.IndexFunc(t.workers, func(w worker) bool { return w.number == c.worker })
	t.workers[k].load += more
	t.load += more
	c.weight += more
}

// divide gives each team the posts that its share of the money of a year or quarter pays for.
func (r *run) divide() error {
	m := r.s.Money
	totals, aYear := m.totals()
	span := len(r.result.Years)
	total := totals[min(span, len(totals)-1)]
	a, err := funding.Allocate(total, m.Areas, r.p.Shares)
	if err != nil {
		return err
	}
	y := Year{Total: total, Spent: sp.NewMoney(0, total.Currency())}
	for code, amount := range a.All() {
		posts := max(0, int(amount.Minor()/((m.Post.Minor()+aYear-1)/aYear)))
		y.Posts += posts
		r.resize(r.teamIndex[code], posts)
	}
	y.Spent = sp.NewMoney(int64(y.Posts)*((m.Post.Minor()+aYear-1)/aYear), total.Currency())
	r.result.Years = append(r.result.Years, y)
	next := queue.Time(365*(int64(span)+1)/aYear) * day // whole days, 365 of four quarters
	r.cal.Put(next, early, event{kind: divided})
	return nil
}

// resize opens or closes posts: those that are vacant first, then those with the least work.
func (r *run) resize(i, posts int) {
	t := &r.teams[i]
	t.tick(r.now)
	before := t.posts
	t.posts = posts
	for range posts - before {
		r.advertise(i, t.open())
	}
	for range before - posts {
		if n := len(t.vacant); n > 0 {
			t.vacant = t.vacant[:n-1]
			continue
		}
		least := 0
		for k := range t.workers {
			if t.workers[k].load < t.workers[least].load {
				least = k
			}
		}
		r.release(i, least)
	}
	r.takeOn(i)
}
