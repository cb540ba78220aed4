package disclosure

// A network is a table as a circulation: every cell is an arc on which its count flows,
// and every rule that cells add up is a node where what flows in flows out. So what a
// reader can work out of a cell is how much more and how much less can flow through it
// while every other arc stays within what the reader knows of it.
//
// A row's cells flow out of its node and its total into it; each cell flows on to the
// node of its parent row in its column, and the totals flow down the other way. One
// hierarchy of rows and flat columns make a network; two hierarchies do not.
//
// Source: Cox 1995, doi 10.1080/01621459.1995.10476631; Fischetti & Salazar-Gonzalez
// 1999, doi 10.1007/s101070050028.
type network struct {
	from, to []int32 // of each arc
	flow     []int64 // the true counts
	low, top []int64 // what a reader knows
	out, in  [][]int32
}

// arc returns the index of the arc of a cell.
func (g *grid) arc(row, column int) int { return row*len(g.columns) + column }

// newNetwork returns the network of g, of which nothing is known yet.
func newNetwork(g *grid) *network {
	columns := len(g.columns)
	n := &network{}
	ground := int32(0)
	nodes := int32(1)
	bottom := make([]int32, len(g.rows)) // first node of a row; a total has one for each column
	for i, r := range g.rows {
		switch {
		case !r.leaf:
			bottom[i] = nodes
			nodes += int32(columns)
		case columns > 1:
			bottom[i] = nodes
			nodes++
		default:
			bottom[i] = ground // with one column a row has no total of its own
		}
	}
	n.out, n.in = make([][]int32, nodes), make([][]int32, nodes)
	for i, r := range g.rows {
		for c := range columns {
			lower, upper := bottom[i], ground
			if !r.leaf {
				lower += int32(c)
			}
			if r.parent >= 0 {
				upper = bottom[r.parent] + int32(c)
			}
			if columns > 1 && c == columns-1 { // totals flow down
				lower, upper = upper, lower
			}
			n.add(lower, upper, g.counts[i][c])
		}
	}
	return n
}

func (n *network) add(from, to int32, flow int64) {
	arc := int32(len(n.from))
	n.from, n.to, n.flow = append(n.from, from), append(n.to, to), append(n.flow, flow)
	n.low, n.top = append(n.low, flow), append(n.top, flow)
	n.out[from] = append(n.out[from], arc)
	n.in[to] = append(n.in[to], arc)
}

// know sets what a reader knows of an arc.
func (n *network) know(arc int, r Range) { n.low[arc], n.top[arc] = r.Low, r.High }

// A search moves flow about in a network, for one cell at a time.
type search struct {
	*network
	moved   []int64 // by how much the flow of an arc differs from the true one
	touched []int32 // arcs whose flow may differ
	reached []int32 // generation in which a node was reached
	last    []int32 // step by which it was: arc, or ^arc against its direction
	target  []int32 // generation in which a node is one step from the goal
	final   []int32 // that step
	gen     int32
	queue   []int32
}

func newSearch(n *network) *search {
	nodes := len(n.out)
	return &search{
		network: n, moved: make([]int64, len(n.from)),
		reached: make([]int32, nodes), last: make([]int32, nodes), target: make([]int32, nodes), final: make([]int32, nodes),
	}
}

// room returns how much more can flow by a step: along an arc, or less against it.
func (s *search) room(step int32) int64 {
	if step >= 0 {
		return s.top[step] - s.flow[step] - s.moved[step]
	}
	return s.flow[^step] + s.moved[^step] - s.low[^step]
}

func (s *search) move(step int32, by int64) {
	if step >= 0 {
		s.moved[step] += by
		s.touched = append(s.touched, step)
	} else {
		s.moved[^step] -= by
		s.touched = append(s.touched, ^step)
	}
}

// reset puts every flow back.
func (s *search) reset() {
	for _, arc := range s.touched {
		s.moved[arc] = 0
	}
	s.touched = s.touched[:0]
}

// end returns where a step leads.
func (s *search) end(step int32) int32 {
	if step >= 0 {
		return s.to[step]
	}
	return s.from[^step]
}

func (s *search) start(step int32) int32 { return s.end(^step) }

// slack returns by how much a cell can be more, or less, than it is, at most want.
func (s *search) slack(arc int, more bool, want int64) int64 {
	step := int32(arc)
	if !more {
		step = ^step
	}
	s.reset()
	found := int64(0)
	for found < want {
		can := min(want-found, s.room(step))
		if can <= 0 {
			break
		}
		// What flows on through the cell must come back from its end to its start.
		path := s.path(s.end(step), s.start(step), int32(arc))
		if path == nil {
			break
		}
		for _, p := range path {
			can = min(can, s.room(p))
		}
		for _, p := range path {
			s.move(p, can)
		}
		s.move(step, can)
		found += can
	}
	return found
}

// path returns steps with room from a node to another that do not use an arc, and nil if
// there are none. It looks one step ahead from the goal, so that the usual way round, in
// four steps, is found without going through the table.
func (s *search) path(from, to, without int32) []int32 {
	s.gen++
	for _, arc := range s.in[to] {
		if arc != without && s.room(arc) > 0 {
			s.target[s.from[arc]], s.final[s.from[arc]] = s.gen, arc
		}
	}
	for _, arc := range s.out[to] {
		if arc != without && s.room(^arc) > 0 {
			s.target[s.to[arc]], s.final[s.to[arc]] = s.gen, ^arc
		}
	}
	s.queue = append(s.queue[:0], from)
	s.reached[from] = s.gen
	if s.target[from] == s.gen {
		return s.trace(from, from)
	}
	for head := 0; head < len(s.queue); { // which grows
		node := s.queue[head]
		head++
		for _, arc := range s.out[node] {
			if next := s.to[arc]; arc != without && s.reached[next] != s.gen && s.room(arc) > 0 {
				if s.reach(next, arc) {
					return s.trace(from, next)
				}
			}
		}
		for _, arc := range s.in[node] {
			if next := s.from[arc]; arc != without && s.reached[next] != s.gen && s.room(^arc) > 0 {
				if s.reach(next, ^arc) {
					return s.trace(from, next)
				}
			}
		}
	}
	return nil
}

// reach notes how a node was reached, and reports whether the goal is one step from it.
func (s *search) reach(node, step int32) bool {
	s.reached[node], s.last[node] = s.gen, step
	s.queue = append(s.queue, node)
	return s.target[node] == s.gen
}

// trace returns the steps by which a node next to the goal was reached, and the last.
func (s *search) trace(from, node int32) []int32 {
	path := []int32{s.final[node]}
	for node != from {
		path = append(path, s.last[node])
		node = s.start(s.last[node])
	}
	return path
}
