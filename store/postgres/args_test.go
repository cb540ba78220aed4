package postgres_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/tracelog"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

const marker = `Mrs "Dora" \Marker`

// marked is a batch that has the marker wherever it can hold a text.
func marked(version int64) store.Batch {
	k := store.Key{Tenant: north, Kind: marker, ID: marker}
	return store.Batch{
		Puts:   []store.Put{{Key: k, If: version, Terms: store.Terms{marker: marker}, Body: []byte(marker)}},
		Events: []store.RecordedEvent{{Key: k, Version: version + 1, Type: marker, Stamp: at, Data: []byte(marker)}},
	}
}

// betrays reports whether printed holds the marker, in whatever form.
func betrays(printed string) bool {
	decimal := strings.Trim(fmt.Sprintf("%d", []byte("Marker")), "[]")
	for _, form := range []string{"Marker", hex.EncodeToString([]byte("Marker")), decimal} {
		if strings.Contains(strings.ToLower(printed), strings.ToLower(form)) {
			return true
		}
	}
	return false
}

func TestTracersOfAStorePrintNoArguments(t *testing.T) {
	for _, mode := range modes[:4] { // under the simple protocol arguments are part of the statement
		t.Run(mode.String(), func(t *testing.T) {
			var out bytes.Buffer
			statements := 0
			log := tracelog.LoggerFunc(func(_ context.Context, _ tracelog.LogLevel, msg string, data map[string]any) {
				statements++
				text, err := json.Marshal(data["args"])
				require.NoError(t, err)
				fmt.Fprintf(&out, "%s %s %v %+v %#v %x %q\n", msg, text, data, data, data["args"], data["args"], data["args"])
				slog.New(slog.NewJSONHandler(&out, nil)).Info(msg, "data", data)
				slog.New(slog.NewTextHandler(&out, nil)).Info(msg, "data", data)
			})
			db := newDatabase(t)
			migrated(t, db.pool(t, 1), postgres.Options{})
			db.config.ConnConfig.DefaultQueryExecMode = mode
			db.config.ConnConfig.Tracer = &tracelog.TraceLog{Logger: log, LogLevel: tracelog.LogLevelTrace}
			s, err := postgres.Open(t.Context(), db.pool(t, 1))
			require.NoError(t, err)

			require.NoError(t, s.Commit(t.Context(), marked(0)))
			require.Error(t, s.Commit(t.Context(), marked(0)))
			r, err := s.Get(t.Context(), store.Key{Tenant: north, Kind: marker, ID: marker})
			require.NoError(t, err)
			require.Equal(t, marker, string(r.Body))
			require.Equal(t, store.Terms{marker: marker}, r.Terms)
			q := store.Query{Tenant: north, Kind: marker, Where: store.Where{marker: {marker, "other"}}, Range: store.Range{Term: marker, From: marker}}
			page, _, err := store.Page(t.Context(), s, q)
			require.NoError(t, err)
			require.Len(t, page, 1)
			for e, err := range s.Log(t.Context(), north, "") {
				require.NoError(t, err)
				require.Equal(t, marker, string(e.Data))
			}
			require.Greater(t, statements, 6)
			require.Contains(t, out.String(), "[argument]")
			require.False(t, betrays(out.String()), out.String())
		})
	}
}

// What the package comment says about servers that log slow statements.
func TestAStoreWhoseServerIsToldSoLogsNoParameters(t *testing.T) {
	server := available(t)
	if server.Dir == "" {
		t.Skip("the log of the server is not ours to read")
	}
	path := filepath.Join(server.Dir, "log")
	for _, tt := range []struct {
		name, length string
		betrays      bool
	}{
		{"as it is by default", "-1", true},
		{"with log_parameter_max_length = 0", "0", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := newDatabase(t)
			migrated(t, db.pool(t, 1), postgres.Options{})
			params := db.config.ConnConfig.RuntimeParams
			params["log_min_duration_statement"], params["log_parameter_max_length"] = "0", tt.length
			s, err := postgres.Open(t.Context(), db.pool(t, 1))
			require.NoError(t, err)
			before, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, s.Commit(t.Context(), marked(0)))
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			logged := string(after[len(before):])
			require.Contains(t, logged, "INSERT INTO sp_record")
			require.Equal(t, tt.betrays, betrays(logged))
		})
	}
}
