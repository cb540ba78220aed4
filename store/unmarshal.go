package store

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json" // which Go 1.27 has as encoding/json/v2

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/proportion"
)

// Unmarshal reads JSON that a record or an event holds into what v points to. It
// uses a small multiple of the memory of data, even for hostile input: three
// bytes of a JSON array, {} and a comma, can decode into a struct of hundreds of
// bytes, so JSON that would decode into far more than its size is refused.
// Members that v does not have are ignored. The error is [sp.ErrInvalid] and
// quotes nothing of the data.
func Unmarshal(data []byte, v any) error {
	switch err := json.Unmarshal(data, v, proportion.Watch(data)...); {
	case errors.Is(err, proportion.Err):
		return proportion.Err
	case err != nil: // which may quote what it met
		return fmt.Errorf("cannot be read: %w", sp.ErrInvalid)
	}
	return nil
}
