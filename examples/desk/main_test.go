package main

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
)

// TestMain is also the service that TestDeskThatIsKilledHasEveryReferralThatItAcknowledged kills.
func TestMain(m *testing.M) {
	if folder := os.Getenv("DESK_TO_KILL"); folder != "" {
		fmt.Fprintln(os.Stderr, refer(context.Background(), folder))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// refer refers people as fast as it can, and prints each referral that was acknowledged.
func refer(ctx context.Context, folder string) error {
	db, _, err := open(ctx, options{folder: folder})
	if err != nil {
		return err
	}
	s, err := build(ctx, db, options{folder: folder}, slog.New(slog.DiscardHandler), "")
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		form := seed.Form(numbered(n*10), "Guest", "Number", born, referral.Routine, needs.Loneliness)
		sent, err := s.desks["dale"].Refer(ctx, app.Acting{By: seed.DrKhan, Key: fmt.Sprint("k-", time.Now().UnixNano())}, form)
		if err != nil {
			return err
		}
		fmt.Println(sent.Referral)
	}
}

func TestDeskThatIsKilledHasEveryReferralThatItAcknowledged(t *testing.T) {
	folder := t.TempDir()
	var acknowledged []string
	for round := range 3 {
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), "DESK_TO_KILL="+folder)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		lines := bufio.NewScanner(out)
		for n := 0; n < 7+13*round && lines.Scan(); n++ {
			acknowledged = append(acknowledged, lines.Text())
		}
		require.NoError(t, child.Process.Kill()) // SIGKILL, in the middle of the next
		for lines.Scan() {
			acknowledged = append(acknowledged, lines.Text())
		}
		require.Error(t, child.Wait())
	}
	require.GreaterOrEqual(t, len(acknowledged), 60)
	db, end, err := open(t.Context(), options{folder: folder})
	require.NoError(t, err)
	defer func() { require.NoError(t, end()) }()
	logged := map[string]int{}
	for e, err := range db.Log(t.Context(), "dale", "") {
		require.NoError(t, err)
		if e.Type == referral.EventReceived {
			logged[e.Key.ID]++
		}
	}
	for _, id := range acknowledged {
		require.Equal(t, 1, logged[id], id)
	}
}
