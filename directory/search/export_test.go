package search

import (
	"encoding/binary"
	"hash/crc32"
)

// Summed returns a body with the sum that it should have.
func Summed(body []byte) []byte {
	return binary.LittleEndian.AppendUint32(append([]byte(nil), body...), crc32.Checksum(body, castagnoli))
}
