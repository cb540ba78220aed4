package importer

import (
	"encoding/binary"
	"encoding/hex"
	"math"
)

// What well-known binary says of a point, in two digits for each byte, as databases write
// it: the order of bytes, the kind of shape, perhaps a system of coordinates, and the two
// numbers, the longitude first.
const (
	lengthOfPoint = 2 * (1 + 4 + 8 + 8)
	lengthOfIndex = 2 * 4 // of the system of coordinates, with which it is called extended
	kindOfPoint   = 1
	hasIndex      = 0x20000000
	inDegrees     = 4326 // of WGS 84
)

// pointOfBytes reads a point in well-known binary.
func pointOfBytes(s string) (lat, lon float64, ok bool) {
	if len(s) != lengthOfPoint && len(s) != lengthOfPoint+lengthOfIndex {
		return 0, 0, false
	}
	b, err := hex.DecodeString(s)
	if err != nil || b[0] > 1 {
		return 0, 0, false
	}
	var order binary.ByteOrder = binary.BigEndian
	if b[0] == 1 {
		order = binary.LittleEndian
	}
	kind, rest := order.Uint32(b[1:]), b[5:]
	if len(s) > lengthOfPoint {
		if kind&hasIndex == 0 || order.Uint32(rest) != inDegrees {
			return 0, 0, false
		}
		kind, rest = kind&^hasIndex, rest[4:]
	}
	if kind != kindOfPoint {
		return 0, 0, false
	}
	lon, lat = math.Float64frombits(order.Uint64(rest)), math.Float64frombits(order.Uint64(rest[8:]))
	return lat, lon, true
}
