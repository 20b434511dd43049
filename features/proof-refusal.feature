@battery
Feature: A refused proof is answered in due form
  RFC 9449 §5 and §7.1: the authorization server answers with a token error, the resource
  server with a challenge. That the proof is refused at all is the business of other scenarios.

  @RFC9449-5-03 @at:token @at:par
  Scenario Outline: The authorization server answers with the error invalid_dpop_proof
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused as an invalid proof

    Examples:
      | part      | value                       |
      | field     | sent twice                  |
      | form      | random text                 |
      | payload   | an array                    |
      | typ       | JWT                         |
      | crit      | naming an unknown extension |
      | alg       | none                        |
      | alg       | not advertised              |
      | jwk       | missing                     |
      | jwk       | with its d                  |
      | jwk       | without y                   |
      | jwk       | with crv P-384              |
      | signature | tampered in its first byte  |
      | jti       | missing                     |
      | htm       | another method              |
      | htu       | of another host             |
      | iat       | one hour old                |
      | iat       | one hour ahead              |
      | iat       | a string                    |

  @RFC9449-5-04 @at:token @at:par
  Scenario Outline: The error response is well formed and gives nothing away
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then the refusal is a well-formed error

    Examples:
      | part      | value                       |
      | field     | sent twice                  |
      | form      | random text                 |
      | payload   | an array                    |
      | typ       | JWT                         |
      | crit      | naming an unknown extension |
      | alg       | none                        |
      | alg       | not advertised              |
      | jwk       | missing                     |
      | jwk       | with its d                  |
      | jwk       | without y                   |
      | jwk       | with crv P-384              |
      | signature | tampered in its first byte  |
      | jti       | missing                     |
      | htm       | another method              |
      | htu       | of another host             |
      | iat       | one hour old                |
      | iat       | one hour ahead              |
      | iat       | a string                    |

  @RFC6749-5.2-02 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: What is said of a bad proof tells nothing of the server's inside
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then the refusal gives nothing of the inside away

    Examples:
      | part      | value                      |
      | form      | random text                |
      | payload   | an array                   |
      | jwk       | without y                  |
      | signature | tampered in its first byte |
      | htm       | another method             |
      | iat       | a string                   |

  @RFC9449-7.1-06 @RFC9449-7.1-07 @at:userinfo @at:api
  Scenario Outline: The resource server answers with a DPoP challenge
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then the refusal carries a DPoP challenge

    Examples:
      | part      | value                       |
      | field     | sent twice                  |
      | form      | random text                 |
      | payload   | an array                    |
      | typ       | JWT                         |
      | crit      | naming an unknown extension |
      | alg       | none                        |
      | alg       | not advertised              |
      | jwk       | missing                     |
      | jwk       | with its d                  |
      | jwk       | without y                   |
      | jwk       | with crv P-384              |
      | signature | tampered in its first byte  |
      | jti       | missing                     |
      | htm       | another method              |
      | htu       | of another host             |
      | iat       | one hour old                |
      | iat       | one hour ahead              |
      | iat       | a string                    |
      | ath       | missing                     |
      | ath       | of another token            |

  @RFC9449-7.1-09 @at:userinfo @at:api
  Scenario Outline: The challenge says that there is an error
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then the refusal carries a DPoP challenge with an error

    Examples:
      | part      | value                       |
      | field     | sent twice                  |
      | form      | random text                 |
      | payload   | an array                    |
      | typ       | JWT                         |
      | crit      | naming an unknown extension |
      | alg       | none                        |
      | alg       | not advertised              |
      | jwk       | missing                     |
      | jwk       | with its d                  |
      | jwk       | without y                   |
      | jwk       | with crv P-384              |
      | signature | tampered in its first byte  |
      | jti       | missing                     |
      | htm       | another method              |
      | htu       | of another host             |
      | iat       | one hour old                |
      | iat       | one hour ahead              |
      | iat       | a string                    |
      | ath       | missing                     |
      | ath       | of another token            |

  @RFC9449-7.1-10 @at:userinfo @at:api
  Scenario Outline: The challenge names the error invalid_dpop_proof
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused as an invalid proof

    Examples:
      | part      | value                       |
      | field     | sent twice                  |
      | form      | random text                 |
      | payload   | an array                    |
      | typ       | JWT                         |
      | crit      | naming an unknown extension |
      | alg       | none                        |
      | alg       | not advertised              |
      | jwk       | missing                     |
      | jwk       | with its d                  |
      | jwk       | without y                   |
      | jwk       | with crv P-384              |
      | signature | tampered in its first byte  |
      | jti       | missing                     |
      | htm       | another method              |
      | htu       | of another host             |
      | iat       | one hour old                |
      | iat       | one hour ahead              |
      | iat       | a string                    |
      | ath       | missing                     |
      | ath       | of another token            |

  @RFC9449-7.1-06 @verdict:warn @not-profile:strict @not-profile:mcp @at:userinfo @at:api
  Scenario Outline: The resource server answers with status 401
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then the refusal has the status 401

    Examples:
      | part      | value                       |
      | field     | sent twice                  |
      | form      | random text                 |
      | payload   | an array                    |
      | typ       | JWT                         |
      | crit      | naming an unknown extension |
      | alg       | none                        |
      | alg       | not advertised              |
      | jwk       | missing                     |
      | jwk       | with its d                  |
      | jwk       | without y                   |
      | jwk       | with crv P-384              |
      | signature | tampered in its first byte  |
      | jti       | missing                     |
      | htm       | another method              |
      | htu       | of another host             |
      | iat       | one hour old                |
      | iat       | one hour ahead              |
      | iat       | a string                    |
      | ath       | missing                     |
      | ath       | of another token            |

  @RFC9449-7.1-06 @profile:strict @at:userinfo @at:api
  Scenario Outline: The strict resource server answers with status 401
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then the refusal has the status 401

    Examples:
      | part      | value                      |
      | field     | sent twice                 |
      | form      | random text                |
      | signature | tampered in its first byte |
      | htm       | another method             |
      | ath       | missing                    |

  @MCP1932-02 @at:userinfo @at:api
  Scenario Outline: The MCP server answers with status 401
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then the refusal has the status 401

    Examples:
      | part      | value                      |
      | field     | sent twice                 |
      | form      | random text                |
      | signature | tampered in its first byte |
      | htm       | another method             |
      | ath       | missing                    |
