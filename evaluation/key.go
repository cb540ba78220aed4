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
	v0, v1, v2, v3 := uint64(k0^0x736f6d6570736575), uint64(k1^0x646f72616e646f6d^0xee), uint64(k0^0x6c7967656e657261), uint64(k1^0x7465646279746573)
	last := uint64(len(b)) << 56
	for ; len(b) >= 8; b = b[8:] {
		m := binary.LittleEndian.Uint64(b)
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3^m)
		v0 ^= m
	}
	for i, c := range b {
		last |= uint64(c) << (8 * i)
	}
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3^last)
	v0, v1, v2, v3 = sipRound(v0^last, v1, v2^0xee, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	low := v0 ^ v1 ^ v2 ^ v3
	v0, v1, v2, v3 = sipRound(v0, v1^0xdd, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	high := v0 ^ v1 ^ v2 ^ v3
	return key{uint32(low), uint32(low >> 32), uint32(high)}
}

func sipRound(v0, v1, v2, v3 uint64) (uint64, uint64, uint64, uint64) {
	v0 += v1
	v2 += v3
	v1 = bits.RotateLeft64(v1, 13) ^ v0
	v3 = bits.RotateLeft64(v3, 16) ^ v2
	v0 = bits.RotateLeft64(v0, 32) + v3
	v2 += v1
	return v0, bits.RotateLeft64(v1, 17) ^ v2, bits.RotateLeft64(v2, 32), bits.RotateLeft64(v3, 21) ^ v0
}
