package search

import (
	"math"
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp/geo"
)

// A vector is a point of the earth on the unit sphere. The chord between two of them
// grows with their distance, and costs three multiplications where the distance costs
// five calls of trigonometry.
type vector [3]float32

// slack is more than a chord can be wrong by, in radians: about three metres. What
// lies that near a bound is measured exactly.
const slack = 5e-7

func vectorOf(p geo.Point) vector {
	sinLat, cosLat := math.Sincos(p.Lat * math.Pi / 180)
	sinLon, cosLon := math.Sincos(p.Lon * math.Pi / 180)
	return vector{float32(cosLat * cosLon), float32(cosLat * sinLon), float32(sinLat)}
}

func (v vector) chord(o vector) float32 {
	return float32(math.Sqrt(float64(v.square(o))))
}

func (v vector) square(o vector) float32 {
	x, y, z := v[0]-o[0], v[1]-o[1], v[2]-o[2]
	return x*x + y*y + z*z
}

// radius is that of the earth, as [geo.Point.DistanceTo] has it: a half of a great
// circle is pi of them.
var radius = func() float64 {
	d, _ := geo.Point{Lon: 1}.DistanceTo(geo.Point{Lon: -179})
	return float64(d) / math.Pi
}()

// chordOf returns the chord of a distance.
func chordOf(d geo.Distance) float32 {
	return float32(2 * math.Sin(min(float64(d)/radius, math.Pi)/2))
}

// A box holds the vectors below a node of the tree.
type box struct{ low, high vector }

// nearest and farthest return bounds of the chord from v to whatever lies in the box.
func (b box) nearest(v vector) float32 {
	var sum float32
	for i := range v {
		d := max(b.low[i]-v[i], v[i]-b.high[i], 0)
		sum += d * d
	}
	return float32(math.Sqrt(float64(sum)))
}

func (b box) farthest(v vector) float32 {
	var sum float32
	for i := range v {
		d := max(v[i]-b.low[i], b.high[i]-v[i])
		sum += d * d
	}
	return float32(math.Sqrt(float64(sum)))
}

// A tree halves rows along the longest side of the box that holds them until 64 are
// left. Its nodes stand in the order of a walk from the root: behind a node its first
// half, and behind all of that its second. A node of n leaves has 2n-1 nodes.
type tree struct {
	vectors []vector // of each row with a point
	boxes   []box
}

// arrange orders rows by place so that each leaf of the tree is a run of 64 of them,
// and returns the tree.
func arrange(rows []uint32, at func(uint32) vector) tree {
	placed := make([]placedRow, len(rows))
	for i, r := range rows {
		placed[i] = placedRow{at(r), r}
	}
	t := tree{vectors: make([]vector, len(rows))}
	divide(placed)
	for i, p := range placed {
		rows[i], t.vectors[i] = p.row, p.at
	}
	if len(rows) > 0 {
		t.measure(0, leaves(len(rows)))
	}
	return t
}

type placedRow struct {
	at  vector
	row uint32
}

// muchToDivide is how many leaves are divided in two goroutines.
const muchToDivide = 256

// divide orders rows as the tree has them.
func divide(rows []placedRow) {
	n := leaves(len(rows))
	if n < 2 {
		return
	}
	b := box{rows[0].at, rows[0].at}
	for i := range rows {
		b = b.and(box{rows[i].at, rows[i].at})
	}
	axis := 0
	for a := 1; a < 3; a++ {
		if b.high[a]-b.low[a] > b.high[axis]-b.low[axis] {
			axis = a
		}
	}
	middle := n / 2 * 64
	split(rows, middle, func(a, b placedRow) bool { // equal ones by number, so that the same offers make the same tree
		return a.at[axis] < b.at[axis] || a.at[axis] == b.at[axis] && a.row < b.row
	})
	if n > muchToDivide {
		inParallel(2, func(half int) { divide([][]placedRow{rows[:middle], rows[middle:]}[half]) })
		return
	}
	divide(rows[:middle])
	divide(rows[middle:])
}

// split puts the n least of rows first (quickselect with the median of three, in linear
// time on average).
func split[T any](rows []T, n int, less func(a, b T) bool) {
	for len(rows) > 16 {
		middle, last := len(rows)/2, len(rows)-1
		if less(rows[middle], rows[0]) {
			rows[middle], rows[0] = rows[0], rows[middle]
		}
		if less(rows[last], rows[0]) {
			rows[last], rows[0] = rows[0], rows[last]
		}
		if less(rows[last], rows[middle]) {
			rows[last], rows[middle] = rows[middle], rows[last]
		}
		pivot, i, j := rows[middle], 0, last
		for i <= j {
			for less(rows[i], pivot) {
				i++
			}
			for less(pivot, rows[j]) {
				j--
			}
			if i <= j {
				rows[i], rows[j] = rows[j], rows[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n <= j:
			rows = rows[:j+1]
		case n >= i:
			rows, n = rows[i:], n-i
		default:
			return
		}
	}
	slices.SortFunc(rows, func(a, b T) int {
		switch {
		case less(a, b):
			return -1
		case less(b, a):
			return 1
		}
		return 0
	})
}

// measure makes the boxes of a node whose leaves are from to to, and of all below it,
// for rows that are in order already.
func (t *tree) measure(from, to int) box {
	node := len(t.boxes)
	t.boxes = append(t.boxes, box{})
	var b box
	if to-from == 1 {
		rows := t.vectors[from*64 : min(len(t.vectors), to*64)]
		b = box{rows[0], rows[0]}
		for _, v := range rows {
			b = b.and(box{v, v})
		}
	} else {
		middle := from + (to-from)/2
		b = t.measure(from, middle)
		b = b.and(t.measure(middle, to))
	}
	t.boxes[node] = b
	return b
}

// and returns the least box around two.
func (b box) and(o box) box {
	for i := range b.low {
		b.low[i], b.high[i] = min(b.low[i], o.low[i]), max(b.high[i], o.high[i])
	}
	return b
}

// within clears of s the rows that lie further from a point than a distance, as
// reported by far for those that are too near the bound to tell by their chord. Rows
// without a point stay.
func (t *tree) within(s set, from vector, limit float32, far func(row uint32) bool) {
	if len(t.boxes) > 0 {
		t.clip(s, 0, 0, leaves(len(t.vectors)), from, limit, far)
	}
}

// clip does that for a node, whose leaves are words from to to of s.
func (t *tree) clip(s set, node, from, to int, at vector, limit float32, far func(row uint32) bool) {
	b := &t.boxes[node]
	switch {
	case b.farthest(at) < limit-slack:
		return
	case b.nearest(at) > limit+slack:
		clear(s[from : to-1])
		last := uint64(0) // rows of the last word that have no point
		if n := len(t.vectors); to == leaves(n) && n&63 != 0 {
			last = ^uint64(0) << (n & 63)
		}
		s[to-1] &= last
		return
	case to-from > 1:
		middle := from + (to-from)/2
		t.clip(s, node+1, from, middle, at, limit, far)
		t.clip(s, node+2*(middle-from), middle, to, at, limit, far)
		return
	}
	for left := s[from]; left != 0; left &= left - 1 {
		row := uint32(from<<6 + bits.TrailingZeros64(left))
		if int(row) >= len(t.vectors) {
			return
		}
		switch c := t.vectors[row].chord(at); {
		case c > limit+slack, c >= limit-slack && far(row):
			s[from] &^= 1 << (row & 63)
		}
	}
}
