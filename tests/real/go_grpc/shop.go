// A shop on grpc-go, which describes itself by reflection: Login gives a token
// in the metadata of its answer, Cart takes a stream of items, List answers
// with several, both behind the token. Each call is a line of a log: method,
// code, messages.
//
//	shop PORT LOG
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

// What others have generated code for.
func described() protoreflect.FileDescriptor {
	text := descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum()
	number := descriptorpb.FieldDescriptorProto_TYPE_INT32.Enum()
	field := func(name string, id int32, kind *descriptorpb.FieldDescriptorProto_Type) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{
			Name: &name, Number: &id, Type: kind, JsonName: &name,
			Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		}
	}
	message := func(name string, fields ...*descriptorpb.FieldDescriptorProto) *descriptorpb.DescriptorProto {
		return &descriptorpb.DescriptorProto{Name: &name, Field: fields}
	}
	method := func(name, in string, isMany, hasMany bool) *descriptorpb.MethodDescriptorProto {
		return &descriptorpb.MethodDescriptorProto{
			Name: &name, InputType: proto.String(".shop.v1." + in), OutputType: proto.String(".shop.v1.Item"),
			ClientStreaming: &isMany, ServerStreaming: &hasMany,
		}
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("shop.proto"), Package: proto.String("shop.v1"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{
			message("User", field("name", 1, text), field("visit", 2, text)),
			message("Item", field("sku", 1, text), field("quantity", 2, number)),
		},
		Service: []*descriptorpb.ServiceDescriptorProto{{
			Name: proto.String("Shop"),
			Method: []*descriptorpb.MethodDescriptorProto{
				method("Login", "User", false, false),
				method("Cart", "Item", true, false),
				method("List", "Item", false, true),
			},
		}},
	}, nil)
	if err != nil {
		panic(err)
	}
	if err := protoregistry.GlobalFiles.RegisterFile(file); err != nil {
		panic(err)
	}
	return file
}

type shop struct {
	sync.Mutex
	log        *bufio.Writer
	tokens     map[string]bool
	user, item protoreflect.MessageDescriptor
}

func (s *shop) note(method string, messages int, err error) error {
	s.Lock()
	defer s.Unlock()
	fmt.Fprintf(s.log, "%s %d %d\n", method, status.Code(err), messages)
	return err
}

func (s *shop) isKnown(ctx context.Context) error {
	given, _ := metadata.FromIncomingContext(ctx)
	s.Lock()
	defer s.Unlock()
	if values := given.Get("authorization"); len(values) == 1 && s.tokens[values[0]] {
		return nil
	}
	return status.Error(codes.Unauthenticated, "no token of this shop")
}

func textOf(message *dynamicpb.Message, name protoreflect.Name) string {
	return message.Get(message.Descriptor().Fields().ByName(name)).String()
}

// An item as the plan has them: sku-1 to sku-3, one to nine of it.
func checked(message *dynamicpb.Message) error {
	quantity := message.Get(message.Descriptor().Fields().ByName("quantity")).Int()
	if !strings.HasPrefix(textOf(message, "sku"), "sku-") || quantity < 1 || quantity > 9 {
		return status.Error(codes.InvalidArgument, "no such item")
	}
	return nil
}

func (s *shop) login(_ any, ctx context.Context, read func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	user := dynamicpb.NewMessage(s.user)
	if err := read(user); err != nil {
		return nil, s.note("Login", 0, err)
	}
	name, visit := textOf(user, "name"), textOf(user, "visit")
	if (name != "ann" && name != "bob ö") || len(visit) != 36 {
		return nil, s.note("Login", 1, status.Error(codes.InvalidArgument, "no such user"))
	}
	token := "t-" + visit
	s.Lock()
	s.tokens["Bearer "+token] = true
	s.Unlock()
	grpc.SetHeader(ctx, metadata.Pairs("x-token", token))
	return dynamicpb.NewMessage(s.item), s.note("Login", 1, nil)
}

func (s *shop) cart(_ any, stream grpc.ServerStream) error {
	if err := s.isKnown(stream.Context()); err != nil {
		return s.note("Cart", 0, err)
	}
	for count := 0; ; count++ {
		item := dynamicpb.NewMessage(s.item)
		if err := stream.RecvMsg(item); err != nil {
			if err != io.EOF {
				return s.note("Cart", count, err)
			}
			return s.note("Cart", count, stream.SendMsg(dynamicpb.NewMessage(s.item)))
		}
		if err := checked(item); err != nil {
			return s.note("Cart", count, err)
		}
	}
}

func (s *shop) list(_ any, stream grpc.ServerStream) error {
	if err := s.isKnown(stream.Context()); err != nil {
		return s.note("List", 0, err)
	}
	item := dynamicpb.NewMessage(s.item)
	if err := stream.RecvMsg(item); err != nil {
		return s.note("List", 0, err)
	}
	for range 3 {
		if err := stream.SendMsg(item); err != nil {
			return s.note("List", 1, err)
		}
	}
	return s.note("List", 1, nil)
}

func main() {
	file, err := os.Create(os.Args[2])
	if err != nil {
		panic(err)
	}
	messages := described().Messages()
	s := &shop{
		log: bufio.NewWriter(file), tokens: map[string]bool{},
		user: messages.ByName("User"), item: messages.ByName("Item"),
	}
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "shop.v1.Shop", HandlerType: (*any)(nil), Metadata: "shop.proto",
		Methods: []grpc.MethodDesc{{MethodName: "Login", Handler: s.login}},
		Streams: []grpc.StreamDesc{
			{StreamName: "Cart", Handler: s.cart, ClientStreams: true},
			{StreamName: "List", Handler: s.list, ServerStreams: true},
		},
	}, s)
	reflection.Register(server)
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	go server.Serve(listener)
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	<-ended
	server.Stop()
	s.Lock()
	s.log.Flush()
	file.Close()
}
