// An unhurried client on net/http: it sends at Poisson instants, sleeps
// between them, and does nothing else. It speaks HTTP/1.1, HTTP/2 in plain
// text and gRPC with an empty message.
//
//	client PROTOCOL URL RATE SECONDS WARM_UP_SECONDS
//
// Times in the result, one line of JSON, are microseconds; what was sent in
// the warm-up is left out.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const inFlightMax = 4000

type result struct {
	LagUs      [3]*float64 `json:"lagUs"`
	ServiceUs  [3]*float64 `json:"serviceUs"`
	ResponseUs [3]*float64 `json:"responseUs"`
	Sent       int         `json:"sent"`
	Missed     int         `json:"missed"`
	Failed     int         `json:"failed"`
}

// recorder keeps the times of requests that were answered.
type recorder struct {
	sync.Mutex
	lag, service, response []time.Duration
	failed                 int
}

func (r *recorder) answered(intended, sent, done time.Time) {
	r.Lock()
	defer r.Unlock()
	r.lag = append(r.lag, sent.Sub(intended))
	r.service = append(r.service, done.Sub(sent))
	r.response = append(r.response, done.Sub(intended))
}

func (r *recorder) failedOnce(err error) {
	r.Lock()
	defer r.Unlock()
	if r.failed++; r.failed == 1 {
		fmt.Fprintln(os.Stderr, err)
	}
}

// caller sends one request and reads its answer to the end.
type caller func() error

func newCaller(protocol, address string) caller {
	transport := &http.Transport{
		MaxIdleConns:        inFlightMax,
		MaxIdleConnsPerHost: inFlightMax,
		DisableCompression:  true,
		Protocols:           new(http.Protocols),
	}
	transport.Protocols.SetHTTP1(protocol == "http")
	transport.Protocols.SetUnencryptedHTTP2(protocol != "http")
	return func() error { return call(transport, protocol, address) }
}

func call(transport http.RoundTripper, protocol, address string) error {
	request, err := newRequest(protocol, address)
	if err != nil {
		return err
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	// An answer without a message has its status among the headers.
	status := response.Trailer.Get("grpc-status") + response.Header.Get("grpc-status")
	if response.StatusCode != 200 || (protocol == "grpc" && status != "0") {
		return fmt.Errorf("status %d %s", response.StatusCode, status)
	}
	return nil
}

func newRequest(protocol, address string) (*http.Request, error) {
	if protocol != "grpc" {
		return http.NewRequest("GET", address, nil)
	}
	empty := bytes.NewReader(make([]byte, 5))
	request, err := http.NewRequest("POST", address, empty)
	if err == nil {
		request.Header.Set("content-type", "application/grpc")
		request.Header.Set("te", "trailers")
	}
	return request, err
}

// percentiles are p50, p90 and p99 in microseconds. One with fewer than ten
// samples beyond it would be a guess.
func percentiles(of []time.Duration) (out [3]*float64) {
	slices.Sort(of)
	for i, share := range []float64{0.5, 0.9, 0.99} {
		index := int(float64(len(of)) * share)
		if len(of)-index >= 10 {
			us := float64(of[index]) / 1e3
			out[i] = &us
		}
	}
	return out
}

func number(text string) float64 {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return value
}

func main() {
	if len(os.Args) != 6 {
		fmt.Fprintln(os.Stderr, "use: client PROTOCOL URL RATE SECONDS WARM_UP_SECONDS")
		os.Exit(2)
	}
	rate, seconds, warmUp := number(os.Args[3]), number(os.Args[4]), number(os.Args[5])
	send := newCaller(os.Args[1], os.Args[2])
	chance := rand.New(rand.NewSource(98))
	record := &recorder{}
	var open sync.WaitGroup
	var inFlight atomic.Int64
	start, sent, missed := time.Now(), 0, 0
	for at := chance.ExpFloat64() / rate; at < seconds; at += chance.ExpFloat64() / rate {
		intended := start.Add(time.Duration(at * 1e9))
		time.Sleep(time.Until(intended))
		if inFlight.Load() >= inFlightMax {
			missed++
			continue
		}
		sent++
		open.Add(1)
		inFlight.Add(1)
		isWarm := at >= warmUp
		go func() {
			defer open.Done()
			defer inFlight.Add(-1)
			begun := time.Now()
			if err := send(); err != nil {
				record.failedOnce(err)
			} else if isWarm {
				record.answered(intended, begun, time.Now())
			}
		}()
	}
	open.Wait()
	json.NewEncoder(os.Stdout).Encode(result{
		LagUs:      percentiles(record.lag),
		ServiceUs:  percentiles(record.service),
		ResponseUs: percentiles(record.response),
		Sent:       sent,
		Missed:     missed,
		Failed:     record.failed,
	})
}
