package health_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store/health"
)

// Messages cannot be written; the directory is read all the same.
func ExampleJobs() {
	var beside health.Jobs
	err := beside.Pass(context.Background(), monday,
		health.Job{Name: "messages", Do: func(context.Context) error { return errors.New("no such folder") }},
		health.Job{Name: "directory", Do: func(context.Context) error { fmt.Println("read"); return nil }},
	)
	fmt.Println(err)
	r := health.Report{Tenant: "bay"}
	r.Jobs(&beside, monday, time.Minute)
	fmt.Println(r.Findings[0])
	// Output:
	// read
	// messages: no such folder
	// bay: Work beside requests has failed: messages: no such folder.
	//   do: It is tried again by itself. If this stands here tomorrow, send this line to whoever supports the service.
}

func TestJobsThatFailedOrStandStillAreFound(t *testing.T) {
	var beside health.Jobs
	var fails error
	job := health.Job{Name: "lapse", Do: func(context.Context) error { return fails }}
	found := func(at time.Time) (wrong []string) {
		var r health.Report
		r.Jobs(&beside, at, 10*time.Minute)
		for _, f := range r.Findings {
			wrong = append(wrong, f.Wrong)
		}
		return wrong
	}
	require.Empty(t, found(monday), "it has just been started")
	require.NoError(t, beside.Pass(t.Context(), monday, job))
	require.Empty(t, found(monday.Add(10*time.Minute)))
	require.Equal(t, []string{"Nothing was done beside requests since Monday 09:00."}, found(monday.Add(11*time.Minute)))
	fails = errors.New("away")
	require.ErrorIs(t, beside.Pass(t.Context(), monday.Add(time.Hour), job, job), fails)
	require.Equal(t, []string{"Work beside requests has failed: lapse: away.", "Work beside requests has failed: lapse: away."}, found(monday.Add(time.Hour)))
	fails = nil
	require.NoError(t, beside.Pass(t.Context(), monday.Add(2*time.Hour), job))
	require.Empty(t, found(monday.Add(2*time.Hour)), "it has been done since")
}

func TestJobsAreDoneByOneAtATime(t *testing.T) {
	var beside health.Jobs
	var all sync.WaitGroup
	n, doing := 0, false // a race detector sees two at once, and so does the flag
	for range 20 {
		all.Go(func() {
			err := beside.Pass(context.Background(), monday, health.Job{Name: "count", Do: func(context.Context) error {
				if doing {
					return errors.New("two at once")
				}
				doing = true
				time.Sleep(time.Millisecond)
				n, doing = n+1, false
				return nil
			}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	require.Equal(t, 20, n)
}
