package assign

import (
	"container/heap"
	"context"
)

// shortest places rows one after the other, each by the cheapest way that moves others
// where that makes room: successive shortest paths over reduced costs (Dijkstra with
// potentials; Tomizawa 1971, Edmonds and Karp 1972). It takes a time that grows with
// the square of the list, needs no scaling and cannot run out of bids, so it is what
// the auction falls back on. A row for which there is no way is left out, which gives the
// set of strict priority, as filling does.
type shortest struct {
	g     *graph
	at    []int32 // of rows: the part, -1 if none
	in    [][]int32
	price []price

	dist []price
	from []step // of parts: the row through which it was reached, and the part that row is at
	seen []int32
	done []int32
	now  int32
}

func newShortest(g *graph) *shortest {
	m := len(g.room)
	s := &shortest{
		g: g, at: make([]int32, len(g.first)-1), in: make([][]int32, m), price: make([]price, m),
		dist: make([]price, m), from: make([]step, m), seen: make([]int32, m), done: make([]int32, m),
	}
	for i := range s.at {
		s.at[i] = -1
	}
	return s
}

// run places the rows that can be placed, in order.
func (s *shortest) run(ctx context.Context, rows []int32) error {
	for _, i := range rows {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.place(i)
	}
	return nil
}

// place places a row and reports whether that was possible.
func (s *shortest) place(i int32) bool {
	s.now++
	var queue reached
	s.relax(&queue, i, -1, price{})
	var settled []int32
	for len(queue) > 0 {
		top := heap.Pop(&queue).(reach)
		t := top.part
		if s.done[t] == s.now {
			continue
		}
		s.done[t] = s.now
		if int32(len(s.in[t])) < s.g.room[t] {
			for _, u := range settled {
				s.price[u] = s.price[u].plus(s.dist[t].minus(s.dist[u]))
			}
			s.move(i, t)
			return true
		}
		settled = append(settled, t)
		for _, q := range s.in[t] {
			s.relax(&queue, q, t, s.dist[t])
		}
	}
	return false
}

// relax looks at every part to which row i, at part t, could go.
func (s *shortest) relax(queue *reached, i, t int32, so price) {
	var base price
	if t >= 0 {
		a, _ := s.g.arcTo(i, t)
		base = s.cost(i, a).plus(s.price[t])
	}
	for _, a := range s.g.of(i) {
		if a.to == t || s.g.room[a.to] == 0 {
			continue
		}
		d := so.plus(s.cost(i, a)).plus(s.price[a.to]).minus(base)
		if s.seen[a.to] == s.now && !d.less(s.dist[a.to]) {
			continue
		}
		s.seen[a.to], s.dist[a.to], s.from[a.to] = s.now, d, step{i, t}
		heap.Push(queue, reach{d, a.to})
	}
}

func (s *shortest) cost(i int32, a arc) price {
	return price{int64(a.cost), int64(s.g.tie(i, a.to))}
}

// move moves every row on the way to part t, up to row i.
func (s *shortest) move(i, t int32) {
	for {
		f := s.from[t]
		s.at[f.row] = t
		s.in[t] = append(s.in[t], f.row)
		if f.row == i {
			return
		}
		was := s.in[f.to]
		for k, q := range was {
			if q == f.row {
				was[k] = was[len(was)-1]
				s.in[f.to] = was[:len(was)-1]
				break
			}
		}
		t = f.to
	}
}

// A reach is a part and how far it is; reached is a heap of them.
type reach struct {
	dist price
	part int32
}

type reached []reach

// Len, Less, Swap, Push and Pop are those of [heap.Interface].
func (h *reached) Len() int { return len(*h) }

// Less puts the nearest first.
func (h *reached) Less(x, y int) bool {
	a, b := (*h)[x], (*h)[y]
	c := a.dist.compare(b.dist)
	return c < 0 || c == 0 && a.part < b.part
}

// Swap swaps two.
func (h *reached) Swap(x, y int) { (*h)[x], (*h)[y] = (*h)[y], (*h)[x] }

// Push adds one at the end.
func (h *reached) Push(x any) { *h = append(*h, x.(reach)) }

// Pop takes the last.
func (h *reached) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
