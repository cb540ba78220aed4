package place_test

import (
	"context"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// The garden group has two places. One is held for June, and when the group says on
// Friday that one is left, that one is hers.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	monday := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}

	garden := place.New("bay/garden@park")
	stated := func(n int, at time.Time) directory.Capacity {
		return directory.Capacity{Unit: "places", Available: sp.Know(n), Updated: at}
	}
	if err := garden.Restate(stated(2, monday), sp.By(ann, monday)); err != nil {
		fmt.Println(err)
	}
	week := monday.AddDate(0, 0, 7)
	if err := garden.Hold(place.Hold{For: "PL-7", AnswerDue: week, Until: week}, sp.By(ann, monday)); err != nil {
		fmt.Println(err)
	}
	fmt.Println(garden.Room(monday, 0))

	friday := monday.AddDate(0, 0, 4)
	if err := garden.Restate(stated(1, friday), sp.By(ann, friday)); err != nil {
		fmt.Println(err)
	}
	fmt.Println(garden.Room(friday, 0))
	fmt.Println(garden.Hold(place.Hold{For: "PL-8"}, sp.By(ann, friday)))
	if err := store.Save(ctx, db, garden); err != nil { // with the placement, in a program
		fmt.Println(err)
	}
	fmt.Println(garden.Room(friday.AddDate(0, 0, 60), 0))
	// Output:
	// 1 free, 1 held
	// 0 free, 1 held
	// place: hold at bay/garden@park: 1 asked for, and 0 free, 1 held
	// unknown how many are free, 1 held
}
