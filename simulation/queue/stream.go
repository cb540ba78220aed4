package queue

import (
	"crypto/sha256"
	"encoding/binary"
)

// A Stream is a source of random numbers for one purpose, such as the service times at one
// station. It is a counter-based generator: a number is a hash of the stream, of the entity
// that it is for, such as a person, and of the count of its draws. So numbers may be asked for
// in any order, depend on nothing else, and are the same under every policy that is compared.
type Stream struct{ key uint64 }

// NewStream returns the stream of a purpose in one replication of a study. Studies with
// another seed, other replications and other purposes have streams that are independent of
// it. Whatever is compared must not be part of the seed or of the purpose: then both sides
// meet the same luck (common random numbers).
func NewStream(seed string, replication int, purpose string) Stream {
	h := sha256.New()
	var n [8]byte
	for _, s := range []string{seed, purpose} {
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	binary.BigEndian.PutUint64(n[:], uint64(replication))
	h.Write(n[:])
	return Stream{binary.BigEndian.Uint64(h.Sum(nil))}
}

// Uint64 returns a draw of an entity as 64 random bits.
func (s Stream) Uint64(entity, draw uint64) uint64 {
	return mix(mix(s.key+entity*0x9e3779b97f4a7c15) + draw*0xd1b54a32d192ed03)
}

// Unit returns a draw of an entity as a number between 0 and 1, both excluded, in steps
// of 2^-52.
func (s Stream) Unit(entity, draw uint64) float64 {
	return (float64(s.Uint64(entity, draw)>>12) + 0.5) * 0x1p-52
}

// first returns the number of the first entity of a stream of people. Those of two sources
// are so far apart that they never meet.
func (s Stream) first() uint64 { return mix(s.key) }

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
