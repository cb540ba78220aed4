package voice_test

import (
	"context"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/voice"
)

// What stood in the way today, what is not there, and what nobody has answered.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	monday := time.Date(2026, 11, 23, 16, 30, 0, 0, time.UTC)

	entry := voice.Statement{ID: "V-1", Said: voice.Said{
		Kind: voice.Diary, Speaker: voice.LinkWorker,
		Items: []voice.Item{{Code: "bd-2-4-l", Effect: voice.Slower, Weight: 2}},
	}}
	diary, err := voice.Say(entry, nil, sp.By(ann, monday))
	fmt.Println(diary.Statement(), err)

	entry.Items = []voice.Item{{Code: "paper-work", Effect: voice.Slower, Weight: 2}}
	_, err = voice.Say(entry, nil, sp.By(ann, monday))
	fmt.Println(err)

	request, err := voice.Say(voice.Statement{
		ID: "V-2", Person: "P-55", Words: sp.Hide("Somewhere warm to sing."),
		Said: voice.Said{Kind: voice.Request, Speaker: voice.Person, Need: needs.Loneliness},
	}, nil, sp.By(ann, monday))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := store.Save(ctx, db, diary, request); err != nil {
		fmt.Println(err)
		return
	}
	for waiting, err := range voice.NewRepository(db).Find(ctx, voice.Query{Open: true}) {
		fmt.Println("waits:", waiting.Statement().Kind, waiting.Statement().Need, err)
	}
	for event, err := range db.Log(ctx, "", "") {
		fmt.Println(event.Type, string(event.Data), err)
	}
	// Output:
	// statement V-1 <nil>
	// voice: say: statement V-1: invalid: items[0].code must be on the list for a barrier-diary of a link-worker; the nearest is "bd-2-4-l"
	// waits: request loneliness <nil>
	// voice.said {"v":1,"kind":"barrier-diary","speaker":"link-worker","items":[{"code":"bd-2-4-l","effect":"slower","weight":2}],"list":"https://github.com/socialprescribing/sp/voice|2026-11"} <nil>
	// voice.said {"v":1,"kind":"request","speaker":"person","need":"loneliness","list":"https://github.com/socialprescribing/sp/voice|2026-11"} <nil>
}
