package evaluation

// cells hold a value for each row of a table, in chunks, so that what grows is not copied and
// nothing is kept in reserve for rows that never come. Those of rows that none was given are zero.
type cells[T comparable] struct {
	chunks [][]T
	spare  [][]T // whole chunks to be used again, whatever they hold
}

// chunk is how many rows stand together. The first chunk grows to that by doubling, for a run of a
// few rows; the others are made whole.
const (
	chunkBits = 14
	chunk     = 1 << chunkBits
)

// at returns the place of a row, which holds until the next call.
func (c *cells[T]) at(row uint32) *T {
	n, i := int(row>>chunkBits), int(row%chunk)
	if n < len(c.chunks) && i < len(c.chunks[n]) {
		return &c.chunks[n][i]
	}
	for n >= len(c.chunks) {
		c.chunks = append(c.chunks, nil)
	}
	size := chunk
	if n == 0 {
		size = 8
		for size <= i {
			size *= 2
		}
	}
	grown := c.some(size)
	copy(grown, c.chunks[n])
	c.chunks[n] = grown
	return &grown[i]
}

// some returns a chunk, or a part of the first one.
func (c *cells[T]) some(size int) []T {
	last := len(c.spare) - 1
	if size < chunk || last < 0 {
		return make([]T, size)
	}
	some := c.spare[last]
	c.spare = c.spare[:last]
	clear(some)
	return some
}

// read returns the value of a row.
func (c *cells[T]) read(row uint32) (v T) {
	if n, i := int(row>>chunkBits), int(row%chunk); n < len(c.chunks) && i < len(c.chunks[n]) {
		v = c.chunks[n][i]
	}
	return v
}

// all yields each row that was given a value, and rows near to it, with the value.
func (c *cells[T]) all(yield func(uint32, T) bool) {
	for n, some := range c.chunks {
		for i, v := range some {
			if !yield(uint32(n<<chunkBits+i), v) {
				return
			}
		}
	}
}

// empty reports whether no row has a value.
func (c *cells[T]) empty() bool {
	var none T
	for _, v := range c.all {
		if v != none {
			return false
		}
	}
	return true
}

// move puts the value of each row where the row has gone, into spare chunks as far as there are some, and
// leaves those in which the values were to the next.
func (c *cells[T]) move(to []uint32, spare *[][]T) {
	moved := cells[T]{spare: *spare}
	var left [][]T
	for n, some := range c.chunks {
		for i := range min(len(some), max(0, len(to)-n<<chunkBits)) {
			*moved.at(to[n<<chunkBits+i]) = some[i]
		}
		if c.chunks[n] = nil; len(some) == chunk {
			left = append(left, some)
		}
	}
	*spare = append(moved.spare, left...)
	moved.spare = nil
	*c = moved
}
