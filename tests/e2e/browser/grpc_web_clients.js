// Clients of gRPC-Web, as a page has them. Each makes a call of the health service, and returns how often it heard of an
// end, with which status, and whether a message came before.

import { createFileRegistry, fromJson } from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'
import { createClient } from '@connectrpc/connect'
import { createGrpcWebTransport } from '@connectrpc/connect-web'
import { grpc } from '@improbable-eng/grpc-web'
import { GrpcWebClientBase, MethodDescriptor, MethodType } from 'grpc-web'

const SERVICE = 'grpc.health.v1.Health'
const NO_BYTES = () => new Uint8Array()

/** Waits until nothing more can come of a call that has ended: a request and its answer come later. */
const roundTrip = () => fetch(location.href)

/** Of the messages nothing is read but that they come. */
const field = (name, type) => [{ name, number: 1, type, label: 'LABEL_OPTIONAL' }]
const types = { inputType: `.${SERVICE}CheckRequest`, outputType: `.${SERVICE}CheckResponse` }
const file = fromJson(FileDescriptorProtoSchema, {
  name: 'health.proto',
  package: 'grpc.health.v1',
  syntax: 'proto3',
  messageType: [
    { name: 'HealthCheckRequest', field: field('service', 'TYPE_STRING') },
    { name: 'HealthCheckResponse', field: field('status', 'TYPE_INT32') }
  ],
  service: [
    {
      name: 'Health',
      method: [
        { name: 'Check', ...types },
        { name: 'Watch', ...types, serverStreaming: true }
      ]
    }
  ]
})
const Health = createFileRegistry(file, () => undefined).getService(SERVICE)

function connectWeb(settings) {
  return async (baseUrl, method, headers) => {
    const client = createClient(Health, createGrpcWebTransport({ baseUrl, ...settings }))
    try {
      if (method === 'Check') {
        await client.check({}, { headers })
      } else {
        // Leaving the loop ends the call.
        for await (const _ of client.watch({}, { headers })) break
      }
      return { messages: 1, ends: [] }
    } catch (error) {
      return { messages: 0, ends: [[error.code, error.rawMessage]] }
    }
  }
}

function grpcWeb(format) {
  return (host, method, metadata) =>
    new Promise(resolve => {
      const type = method === 'Check' ? MethodType.UNARY : MethodType.SERVER_STREAMING
      const name = `/${SERVICE}/${method}`
      const descriptor = new MethodDescriptor(name, type, Object, Object, NO_BYTES, bytes => bytes)
      const call = [host + name, {}, metadata, descriptor]
      const client = new GrpcWebClientBase({ format })
      const ends = []
      const hear = error => ends.push([error.code, error.message])
      const settle = messages => roundTrip().then(() => resolve({ messages, ends }))
      if (method === 'Check') {
        client.rpcCall(...call, error => {
          if (error) hear(error)
          settle(error ? 0 : 1)
        })
        return
      }
      const stream = client.serverStreaming(...call)
      stream.on('data', () => {
        stream.cancel()
        settle(1)
      })
      stream.on('error', error => {
        hear(error)
        settle(0)
      })
      stream.on('end', () => settle(0))
    })
}

function improbable(transport) {
  return (host, methodName, metadata) =>
    new Promise(resolve => {
      const definition = {
        methodName,
        service: { serviceName: SERVICE },
        requestStream: false,
        responseStream: methodName === 'Watch',
        requestType: Object,
        responseType: { deserializeBinary: () => ({ toObject: () => ({}) }) }
      }
      const ends = []
      let messages = 0
      const settle = () => roundTrip().then(() => resolve({ messages, ends }))
      const call = grpc.invoke(definition, {
        host,
        metadata,
        transport,
        request: { serializeBinary: NO_BYTES, toObject: () => ({}) },
        onMessage() {
          messages = 1
          if (methodName === 'Check') return
          call.close()
          settle()
        },
        onEnd(code, message) {
          if (code !== grpc.Code.OK) ends.push([code, message])
          settle()
        }
      })
    })
}

export const clients = {
  'connect-web': connectWeb({}),
  'connect-web in JSON': connectWeb({ useBinaryFormat: false }),
  'grpc-web': grpcWeb('binary'),
  'grpc-web in text': grpcWeb('text'),
  'improbable-eng/grpc-web': improbable(grpc.FetchReadableStreamTransport({})),
  'improbable-eng/grpc-web over XMLHttpRequest': improbable(grpc.XhrTransport({}))
}
