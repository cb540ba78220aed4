package store_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/observe"
	"github.com/socialprescribing/sp/store/seal"
)

// secret is what nothing may print, in whatever form.
const secret = "Dora Marker"

// betrays reports the form in which printed holds the secret, or "".
func betrays(printed string) string {
	raw := []byte(secret)
	hexed := hex.EncodeToString(raw)
	forms := map[string]string{
		"plain": secret, "escaped": strings.ReplaceAll(secret, " ", "\\u0020"), "hexadecimal": hexed,
		"decimal": strings.Trim(strings.Join(strings.Fields(fmt.Sprintf("%d", raw)), " "), "[]"),
		"Go":      strings.Trim(strings.TrimPrefix(fmt.Sprintf("%#v", raw), "[]byte"), "{}"),
		"octal":   strings.Trim(fmt.Sprintf("%o", raw), "[]"), "binary": strings.Trim(fmt.Sprintf("%b", raw), "[]"),
		"JSON list": strings.ReplaceAll(strings.Trim(fmt.Sprintf("%d", raw), "[]"), " ", ","),
	}
	for skip := range 3 { // base64 depends on where it begins
		forms[fmt.Sprint("base64, ", skip)] = base64.StdEncoding.EncodeToString(raw[skip : skip+6])
	}
	for name, form := range forms {
		if strings.Contains(strings.ToLower(printed), strings.ToLower(form)) {
			return name
		}
	}
	return ""
}

// holding is what holds bodies, data or keys.
func holding(t *testing.T) map[string]any {
	t.Helper()
	k := key("R-7")
	put := store.Put{Key: k, Terms: store.Terms{"name": secret}, Body: []byte(secret)}
	event := happened("R-7", 1)
	event.Data = []byte(secret)
	batch := store.Batch{Puts: []store.Put{put}, Events: []store.RecordedEvent{event}}
	db := memstore.New()
	require.NoError(t, db.Commit(t.Context(), batch))
	record, err := db.Get(t.Context(), k)
	require.NoError(t, err)
	var history store.History[store.Event]
	history.Append(lent{To: secret}, event.Stamp)
	keys := seal.Secret{Name: "S-1", Key: []byte(secret)}
	sealed := seal.Driver(db, keyring{keys})
	return map[string]any{
		"record": record, "put": put, "event": event, "batch": batch, "secret": keys, "history": &history, "history by value": history,
		"pointers": []any{&record, &put, &event, &batch, &keys}, "lists": [][]store.Record{{record}}, "list of puts": batch.Puts, "list of events": batch.Events,
		"map": map[string]any{"a": record, "b": batch}, "structure": structure{record}, "embedded": embedding{event},
		"memory": db, "sealed": sealed, "observed": observe.Driver(sealed, nil), "tenant": store.Tenant(sealed, "north"),
		"error": fmt.Errorf("could not save %v: %w", batch, errors.New("no")),
	}
}

type (
	structure struct{ R store.Record }
	embedding struct{ store.RecordedEvent }
)

// A keyring holds keys as an embedder may, by value.
type keyring struct{ one seal.Secret }

func (r keyring) Secret(context.Context, store.Record, string) (seal.Secret, error) {
	return r.one, nil
}

func TestARecordPrintsNothingOfItsBody(t *testing.T) {
	ways := map[string]func(any) string{
		"print": func(v any) string { return fmt.Sprint(v) }, "println": func(v any) string { return fmt.Sprintln(v) },
		"error": func(v any) string { return fmt.Errorf("it is %v: %w", v, errMind).Error() },
		"json":  func(v any) string { data, err := json.Marshal(v); return fmt.Sprint(string(data), err) },
		"xml":   func(v any) string { data, err := xml.Marshal(v); return fmt.Sprint(string(data), err) },
	}
	// Not "p", which is for pointers: fmt asks no method about it, and go vet refuses it.
	for _, verb := range "vsqxXdobcUeEfFgGtT" {
		for _, flag := range []string{"", "+", "#", "+#", " ", "-20", "08", ".3"} {
			format := "%" + flag + string(verb)
			ways[format] = func(v any) string { return fmt.Sprintf(format, v) }
		}
	}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"slog as text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"slog as JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		ways[name] = func(v any) string {
			var b bytes.Buffer
			slog.New(handler(&b)).Info("it", "is", v, slog.Group("within", "is", v))
			return b.String()
		}
	}
	for what, v := range holding(t) {
		for way, show := range ways {
			printed := show(v)
			if form := betrays(printed); form != "" {
				t.Errorf("%s, printed by %s, shows it in the form %s: %s", what, way, form, printed)
			}
		}
	}
	require.NotEmpty(t, betrays(fmt.Sprintf("%x", secret)), "this test can fail")
	require.NotEmpty(t, betrays(fmt.Sprintf("%v", []byte(secret))))
}

func ExampleRecord() {
	r := store.Record{Key: store.Key{Tenant: "bay", Kind: "person", ID: "P-55"}, Version: 3, Terms: store.Terms{"household": "H-1"}, Body: []byte("{...}")}
	fmt.Printf("%v\n%#v\n", r, store.Batch{Puts: []store.Put{{Key: r.Key, If: 3}}})
	// Output:
	// bay/person/P-55, version 3, 1 terms, 5 bytes
	// 1 puts, 0 deletes, 0 events
}
