package queue

import "math"

// comes lets the next people of a source arrive, and puts down when others do.
func (r *run) comes(s *source) {
	r.coming--
	many := 1
	if s.Batch != nil {
		many = int(r.ticks(s.Batch, s.batches.Unit(s.count, 0), s.Name))
	}
	s.count++
	for range many {
		if r.present >= r.options.MaxPeople {
			r.unbounded()
			return
		}
		i := r.enter(s)
		r.arrive(i, s.to)
	}
	r.schedule(s)
}

// schedule puts down the next arrival of a source.
func (r *run) schedule(s *source) {
	if s.Limit > 0 && s.count >= uint64(s.Limit) {
		return
	}
	at, ok := r.now, true
	switch {
	case s.At != nil:
		if ok = s.count < uint64(len(s.At)); ok {
			at = max(s.At[s.count], 0)
		}
	case s.Between != nil:
		at += r.ticks(s.Between, s.stream.Unit(s.count, 0), s.Name)
	default:
		at, ok = s.next(r.now)
	}
	if ok {
		r.coming++
		r.calendar.Put(at, comeRank, event{index: s.index, kind: comes})
	}
}

// next returns the next arrival of a Poisson process with rates: the time by which as many
// more are expected as an exponential variate says.
func (s *source) next(now Time) (Time, bool) {
	more := Exponential(1).Quantile(s.stream.Unit(s.count, 0))
	start := Time(0) // of the cycle
	if s.Every > 0 {
		start = now - now%s.Every
		whole := s.expected(0, s.Every)
		if cycles := math.Floor(more / whole); cycles > 0 {
			if cycles > maxTicks/float64(s.Every) {
				return 0, false
			}
			more -= cycles * whole
			start += Time(cycles) * s.Every
			now += Time(cycles) * s.Every
		}
	}
	for {
		for i, rate := range s.Rates {
			end := Time(maxTicks)
			if i+1 < len(s.Rates) {
				end = s.Rates[i+1].From
			} else if s.Every > 0 {
				end = s.Every
			}
			from := max(start+rate.From, now)
			if from >= start+end {
				continue
			}
			here := rate.Rate * float64(start+end-from)
			if more <= here && rate.Rate > 0 {
				return from + Time(math.Floor(more/rate.Rate+0.5)), true
			}
			more -= here
		}
		if s.Every == 0 {
			return 0, false
		}
		start += s.Every
	}
}

// expected returns how many arrivals are expected from one time of a cycle to another.
func (s *source) expected(from, to Time) float64 {
	sum := 0.0
	for i, rate := range s.Rates {
		end := to
		if i+1 < len(s.Rates) {
			end = min(end, s.Rates[i+1].From)
		}
		sum += float64(rate.Rate * float64(max(0, end-max(from, rate.From))))
	}
	return sum
}

// enter takes a new person into the network.
func (r *run) enter(s *source) int32 {
	i := r.free
	if i == nobody {
		i = int32(len(r.people))
		r.people = append(r.people, person{})
	} else {
		r.free = r.people[i].next
	}
	life := r.people[i].life
	r.people[i] = person{number: s.first + s.people, class: s.class, life: life, arrived: r.now}
	if s.At != nil {
		r.people[i].arrived = s.At[s.count-1]
	}
	s.people++
	r.present++
	return i
}

// leave frees the entry of a person.
func (r *run) leave(i int32) {
	p := &r.people[i]
	p.life++
	p.station, p.next = nobody, r.free
	r.free = i
	r.present--
}

// arrive brings a person to a station, where they are served, wait or go away.
func (r *run) arrive(i, to int32) {
	p, s := &r.people[i], &r.stations[to]
	l := &s.lines[p.class]
	bit := uint64(1) << (to & 63)
	if p.seen&bit != 0 {
		p.again++
	}
	p.seen |= bit
	p.station, p.started = to, -1
	if p.arrived >= 0 { // who has been waiting since before the beginning keeps their wait
		p.arrived = r.now
	}
	p.counting = p.arrived >= r.options.WarmUp || r.options.WarmUp == 0
	r.tell(Arrived, i, 0)
	if p.counting {
		l.flow.Arrived++
	}
	if s.Slots.Every == 0 && (s.servers < 0 || s.busy < s.servers) {
		r.start(i)
		return
	}
	if s.Room == NoRoom || s.Room > 0 && s.waiting >= int64(s.Room) {
		if p.counting {
			l.flow.TurnedAway++
		}
		r.tell(TurnedAway, i, 0)
		r.leave(i)
		return
	}
	if n := len(s.Baulk); n > 0 && s.streams.baulk.Unit(p.number, uint64(p.again)) < s.Baulk[min(int(s.waiting), n-1)] {
		if p.counting {
			l.flow.Baulked++
		}
		r.tell(Baulked, i, 0)
		r.leave(i)
		return
	}
	r.join(i, s, l)
}

// join puts a person at the end of their line.
func (r *run) join(i int32, s *station, l *line) {
	p := &r.people[i]
	r.area(l)
	l.waiting++
	s.waiting++
	p.prev, p.next = l.tail, nobody
	if l.tail == nobody {
		l.head = i
	} else {
		r.people[l.tail].next = i
	}
	l.tail = i
	if p.counting {
		l.flow.Waited++
	}
	if l.patience != nil {
		patience := r.ticks(l.patience, s.streams.patience.Unit(p.number, uint64(p.again)), s.Name)
		r.calendar.Put(max(r.now, p.arrived+patience), giveUpRank, event{person: i, life: p.life, kind: givesUp})
	}
}

// unjoin takes a person out of their line, and returns how long they waited.
func (r *run) unjoin(i int32, s *station, l *line) Time {
	p := &r.people[i]
	r.area(l)
	l.waiting--
	s.waiting--
	if p.prev == nobody {
		l.head = p.next
	} else {
		r.people[p.prev].next = p.next
	}
	if p.next == nobody {
		l.tail = p.prev
	} else {
		r.people[p.next].prev = p.prev
	}
	l.flow.queued = l.flow.queued.plus(product(1, r.within(p.arrived)))
	return r.now - p.arrived
}

// ended counts a wait that has come to its end.
func (l *line) ended(p *person, wait Time) {
	if p.counting {
		l.flow.Waits = l.flow.Waits.plus(product(1, wait))
		l.flow.waits = l.flow.waits.with(wait)
	}
}

// givesUp lets a person leave who is still waiting.
func (r *run) givesUp(i int32, life uint32) {
	p := &r.people[i]
	if p.life != life {
		return // began, or left
	}
	s := &r.stations[p.station]
	l := &s.lines[p.class]
	wait := r.unjoin(i, s, l)
	l.ended(p, wait)
	if p.counting {
		l.flow.Abandoned++
	}
	r.tell(Abandoned, i, wait)
	r.leave(i)
}

// start begins to serve a person who is in no line any more.
func (r *run) start(i int32) {
	p := &r.people[i]
	s := &r.stations[p.station]
	l := &s.lines[p.class]
	r.area(l)
	s.busy++
	l.served++
	wait := r.now - p.arrived
	l.ended(p, wait)
	if p.counting {
		l.flow.Started++
	}
	p.started = r.now
	p.life++ // an event of giving up means nothing any more
	r.tell(Started, i, wait)
	takes := r.ticks(l.service, s.streams.service.Unit(p.number, uint64(p.again)), s.Name)
	r.calendar.Put(r.now+takes, finishRank, event{person: i, kind: finishes})
}

// finishes lets a person go on who has been served, and the next one begin.
func (r *run) finishes(i int32) {
	p := &r.people[i]
	s := &r.stations[p.station]
	l := &s.lines[p.class]
	r.area(l)
	s.busy--
	l.served--
	l.flow.served = l.flow.served.plus(product(1, r.within(p.started)))
	if p.counting {
		l.flow.Served++
	}
	r.tell(Served, i, 0)
	r.next(s)
	to := nobody
	if len(l.routes) > 0 {
		share := s.streams.route.Unit(p.number, uint64(p.again))
		for k, route := range l.routes {
			if share -= route.Share; share < 0 {
				to = l.to[k]
				break
			}
		}
	}
	if to == nobody {
		r.leave(i)
		return
	}
	p.arrived = r.now
	r.arrive(i, to)
}

// next serves whoever is next, as long as there are servers for them.
func (r *run) next(s *station) {
	if s.Slots.Every > 0 {
		return
	}
	for s.waiting > 0 && (s.servers < 0 || s.busy < s.servers) {
		r.begin(s)
	}
}

// begin serves the first of those who wait: the most urgent priority as waiting has raised
// it, and of those the one who has waited longest.
func (r *run) begin(s *station) {
	best, urgency := nobody, Time(math.MaxInt64)
	for k := range s.lines {
		i := s.lines[k].head
		if i == nobody {
			continue
		}
		u := Time(r.classes[k].Priority)
		if age := r.classes[k].Ageing; age > 0 {
			u -= (r.now - r.people[i].arrived) / age
		}
		if u < urgency || u == urgency && r.people[i].arrived < r.people[best].arrived {
			best, urgency = i, u
		}
	}
	r.unjoin(best, s, &s.lines[r.people[best].class])
	r.start(best)
}

// shifts changes the number of a station's servers, and puts down when it changes next.
func (r *run) shifts(s *station) {
	r.onDuty(s)
	s.servers = int64(s.Shifts[s.shift].Servers)
	if s.shift++; s.shift == len(s.Shifts) && s.Every > 0 {
		s.shift = 0
		s.cycle += s.Every
	}
	if s.shift < len(s.Shifts) {
		r.calendar.Put(s.cycle+s.Shifts[s.shift].From, dutyRank, event{index: s.index, kind: shifts})
	}
	r.next(s)
}

// slot gives out the places of a moment.
func (r *run) slot(s *station) {
	for range s.Slots.Places {
		if s.waiting == 0 {
			break
		}
		r.begin(s)
	}
	r.calendar.Put(r.now+s.Slots.Every, dutyRank, event{index: s.index, kind: slot})
}

func (r *run) tell(kind Kind, i int32, wait Time) {
	if r.options.Observe == nil {
		return
	}
	p := &r.people[i]
	r.options.Observe(Event{At: r.now, Kind: kind, Station: int(p.station), Class: int(p.class), Person: p.number, Wait: wait})
}

// unbounded ends a run in which there are too many people.
func (r *run) unbounded() {
	worst := &r.stations[0]
	for i := range r.stations {
		if r.stations[i].waiting > worst.waiting {
			worst = &r.stations[i]
		}
	}
	r.err = &UnboundedError{worst.Name, worst.waiting, r.now}
}
