package workers

import (
	"context"
	"fmt"
	"os"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"google.golang.org/protobuf/proto"
)

// Control implements the protocol for processes.
func (s *exchange) Control(stream fnpb.BeamFnControl_ControlServer) error {
	c, err := s.from(stream.Context())
	if err != nil {
		return err
	}
	go func() {
		for {
			r, err := stream.Recv()
			if err != nil {
				return // the process ends, which is noticed elsewhere
			}
			s.answer(r)
		}
	}()
	for {
		select {
		case r := <-c.control:
			if err := stream.Send(r); err != nil {
				return err
			}
		case <-c.gone:
			return nil
		case <-stream.Context().Done():
			return nil
		}
	}
}

// Data implements the protocol for processes.
func (s *exchange) Data(stream fnpb.BeamFnData_DataServer) error {
	c, err := s.from(stream.Context())
	if err != nil {
		return err
	}
	go func() {
		for {
			e, err := stream.Recv()
			if err != nil {
				return
			}
			s.dataMu.Lock()
			_ = s.data.Send(e) // if the runner is gone, run ends
			s.dataMu.Unlock()
		}
	}()
	for {
		select {
		case e := <-c.data:
			if err := stream.Send(e); err != nil {
				return err
			}
		case <-c.gone:
			return nil
		case <-stream.Context().Done():
			return nil
		}
	}
}

// State implements the protocol for processes: each has a stream of its own to
// the runner.
func (s *exchange) State(stream fnpb.BeamFnState_StateServer) error {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	up, err := fnpb.NewBeamFnStateClient(s.conn).State(ctx)
	if err != nil {
		return err
	}
	go func() {
		defer cancel()
		for {
			r, err := stream.Recv()
			if err != nil || up.Send(r) != nil {
				return
			}
		}
	}()
	for {
		r, err := up.Recv()
		if err != nil {
			return nil // either end has closed
		}
		if err := stream.Send(r); err != nil {
			return err
		}
	}
}

// Logging implements the protocol for processes: warnings and errors are printed.
func (s *exchange) Logging(stream fnpb.BeamFnLogging_LoggingServer) error {
	for {
		list, err := stream.Recv()
		if err != nil {
			return err // the process ends
		}
		for _, l := range list.GetLogEntries() {
			if l.GetSeverity() >= fnpb.LogEntry_Severity_WARN {
				fmt.Fprintln(os.Stderr, "worker:", l.GetMessage())
			}
		}
	}
}

// GetProcessBundleDescriptor implements the protocol for processes: data and
// state go through here.
func (s *exchange) GetProcessBundleDescriptor(_ context.Context, r *fnpb.GetProcessBundleDescriptorRequest) (*fnpb.ProcessBundleDescriptor, error) {
	d, err := fnpb.NewBeamFnControlClient(s.conn).GetProcessBundleDescriptor(s.ctx, r)
	if err != nil {
		return nil, err
	}
	d = proto.CloneOf(d)
	here := &pipepb.ApiServiceDescriptor{Url: s.endpoint()}
	if d.GetStateApiServiceDescriptor() != nil {
		d.StateApiServiceDescriptor = here
	}
	if d.GetTimerApiServiceDescriptor() != nil {
		d.TimerApiServiceDescriptor = here
	}
	for _, t := range d.GetTransforms() {
		switch t.GetSpec().GetUrn() {
		case "beam:runner:source:v1", "beam:runner:sink:v1":
			var port fnpb.RemoteGrpcPort
			if err := proto.Unmarshal(t.GetSpec().GetPayload(), &port); err != nil {
				return nil, err
			}
			port.ApiServiceDescriptor = here
			if t.Spec.Payload, err = proto.Marshal(&port); err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}
