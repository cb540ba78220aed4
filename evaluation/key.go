package evaluation

import (
	"cmp"
	"encoding/binary"
	"math/bits"
)

// A key names a row in every process alike: 96 bits of a hash of tenant, kind and ID, so that
// the facts hold no ID of anybody and a long one takes no more room. Of a thousand million rows
// two have the same key with a chance of one in 160,000 million.
type key [3]uint32

func keyOf(parts ...string) key {
	var buffer [128]byte
	b := buffer[:0]
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	return hash(b)
}

// part returns the key of a part of a row, by its name.
func (k key) part(name string) key {
	var buffer [128]byte
	b := buffer[:0]
	for _, word := range k {
		b = binary.LittleEndian.AppendUint32(b, word)
	}
	return hash(append(b, name...))
}

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k[0], o[0]), cmp.Compare(k[1], o[1]), cmp.Compare(k[2], o[2]))
}

// hash returns SipHash-1-3 with a result of 128 bits, the first 96 of it. The key that it takes
// is the same everywhere: the first digits of pi after its point, in base 16.
//
// Source: Aumasson & Bernstein 2012, SipHash: a fast short-input PRF,
// https://cr.yp.to/siphash/siphash-20120918.pdf; longer results as in the authors' reference code.
func hash(b []byte) key {
	const k0, k1 = 0x243f6a8885a308d3, 0x13198a2e03707344
	s := sip{k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d ^ 0xee, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573}
	last := uint64(len(b)) << 56
	for ; len(b) >= 8; b = b[8:] {
		s.take(binary.LittleEndian.Uint64(b))
	}
	for i, c := range b {
		last |= uint64(c) << (8 * i)
	}
	s.take(last)
	s[2] ^= 0xee
	low := s.finish()
	s[1] ^= 0xdd
	high := s.finish()
	return key{uint32(low), uint32(low >> 32), uint32(high)}
}

// sip is the state of SipHash.
type sip [4]uint64

func (s *sip) take(m uint64) {
	s[3] ^= m
	s.round()
	s[0] ^= m
}

func (s *sip) finish() uint64 {
	for range 3 {
		s.round()
	}
	return s[0] ^ s[1] ^ s[2] ^ s[3]
}

func (s *sip) round() {
	s[0] += s[1]
	s[2] += s[3]
	s[1] = bits.RotateLeft64(s[1], 13) ^ s[0]
	s[3] = bits.RotateLeft64(s[3], 16) ^ s[2]
	s[0] = bits.RotateLeft64(s[0], 32) + s[3]
	s[2] += s[1]
	s[3] = bits.RotateLeft64(s[3], 21) ^ s[0]
	s[1] = bits.RotateLeft64(s[1], 17) ^ s[2]
	s[2] = bits.RotateLeft64(s[2], 32)
}
