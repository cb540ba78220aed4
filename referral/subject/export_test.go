package subject

import (
	"context"

	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// LookUp returns the driver from which people are erased together, for tests.
func (e Eraser) LookUp(ctx context.Context, people []person.ID) (store.Driver, error) {
	return e.lookUp(ctx, people)
}
