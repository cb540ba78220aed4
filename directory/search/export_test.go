package search

import "encoding/binary"

// Summed returns a body with the sum that it should have.
func Summed(body []byte) []byte {
	return binary.LittleEndian.AppendUint32(append([]byte(nil), body...), checksum(body))
}
