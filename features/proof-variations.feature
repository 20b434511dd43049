@battery
Feature: A sound proof may look unusual
  What the texts allow is accepted: member order, white space and escapes of JSON, unknown
  members, headers and claims (RFC 7515 §4 and §5.2, RFC 7517 §4, RFC 7519 §4).

  @RFC9449-4.3-82 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Unknown header parameters and claims are ignored
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is accepted

    Examples:
      | part   | value                     |
      | header | beside unknown parameters |
      | claims | beside unknown ones       |
      | claims | beside those of CAMARA    |
      | claims | beside iss, sub and aud   |

  @RFC7517-4-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Unknown members of the key are ignored
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is accepted

    Examples:
      | part | value                                 |
      | jwk  | beside unknown members                |
      | jwk  | beside kid, use, alg, key_ops and ext |

  # RFC 9449 §4.2: "a version 4 Universally Unique Identifier (UUID)" is an example, and
  # 96 bits of random data another.
  @RFC9449-4.2-19 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Any unique string is a jti
    Given an honest proof is accepted
    When the request carries a proof whose jti is <value>
    Then it is accepted

    Examples:
      | value                           |
      | of eight characters             |
      | a UUID                          |
      | a UUID in upper case and braces |
      | a URN                           |
      | of base64 with padding          |
      | with spaces and marks           |
      | of 128 characters               |

  @RFC9449-4.2-19 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof by a key of 4096 bits is not too large
    Given an honest proof is accepted
    When the request carries a proof whose jwk is RSA of 4096 bits
    Then it is accepted

  @RFC9449-4.2-19 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof with a long nonce that the server gave is not too large
    Given the server hands out nonces of 1000 characters
    When the request carries an honest proof
    Then it is accepted

  @RFC7515-5.2-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: The signature covers the text as it was sent
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is accepted

    Examples:
      | part   | value                     |
      | header | in reverse order          |
      | header | written with escapes      |
      | header | named with escapes        |
      | header | spaced over lines         |
      | header | surrounded by white space |
      | claims | in reverse order          |
      | claims | written with escapes      |
      | claims | named with escapes        |
      | claims | spaced over lines         |
